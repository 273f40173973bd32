"""Answers: every status, every way to frame a body, and how long they took."""

from __future__ import annotations

from collections import Counter

import pytest

from ...metrics.result import RunResult
from .base import once
from .cases import Cases, CasesTopic

GOOD, BAD = (200, 201, 204, 206), (400, 401, 404, 429, 500, 503)
REDIRECTING = (301, 302, 304)
FRAMINGS = ("bytes/0", "bytes/100000", "chunked/100000", "until-close/5000", "gzip", "early-hints", "close")
TIMER_MS = 2.0
"""How much too early a timer of the server may be."""
SLACK_MS = 60.0
"""How much longer than the server's delay an answer may take on a busy machine, at the median."""


class AnswerTests(CasesTopic):
    """What comes back is what the server sent."""

    @pytest.mark.parametrize("statuses", [GOOD, REDIRECTING, BAD], ids=["good", "3xx", "bad"])
    async def test_every_status_is_counted_as_it_is(self, statuses: tuple[int, ...]) -> None:
        path = f"/alternate/{','.join(map(str, statuses))}"
        result = await self.run_or_refuse(self.plan(path, load={"iterations": 2 * len(statuses), "users": 2}))
        bad = 2 * sum(status >= 400 for status in statuses)
        assert self.server.log.status_codes() == Counter(statuses * 2)
        assert result.summary.requests == 2 * len(statuses)
        assert (result.summary.failures, result.success) == (bad, bad == 0)
        self.figures(result.summary, status_codes={str(status): 2 for status in sorted(statuses)})
        assert {error.kind for error in result.summary.errors} <= self.kinds("status")

    @once
    async def _framed(self) -> Cases:
        return await self.together({name: {} for name in FRAMINGS}, iterations=2)

    @pytest.mark.parametrize("framing", FRAMINGS)
    async def test_every_framing_is_read_to_its_end(self, framing: str) -> None:
        case = (await self._framed())[framing]
        assert (case.summary.requests, case.summary.failures) == (2, 0)
        assert all(request.completed for request in case.seen)
        self.figures(
            case.summary,
            bytes_received=sum(request.bytes_out for request in case.seen),
            bytes_sent=sum(request.bytes_in for request in case.seen),
        )

    @once
    async def _delayed(self) -> Cases:
        return await self.together(
            {name: {} for name in ("delay/50", "slow-first/100", "slow-body/200")}, iterations=5
        )

    @pytest.mark.parametrize(
        ("path", "delay_ms"), [("delay/50", 50), ("slow-first/100", 100), ("slow-body/200", 200)]
    )
    async def test_latency_is_what_the_server_took(self, path: str, delay_ms: float) -> None:
        case = (await self._delayed())[path]
        latency = case.summary.latency_ms
        resolution = case.result.engine.semantics.resolution_ms
        assert latency.min is not None
        assert latency.p50 is not None
        assert latency.min >= delay_ms - resolution - TIMER_MS
        assert latency.p50 <= delay_ms + resolution + SLACK_MS

    async def test_first_byte_and_whole_answer_are_told_apart(self) -> None:
        case = (await self._delayed())["slow-body/200"]
        first, whole = case.summary.ttfb_ms, case.summary.latency_ms
        if first is None:
            assert "ttfb_ms" in self.unknown
            return
        assert first.p50 is not None
        assert whole.p50 is not None
        assert 0 < first.p50 < whole.p50 / 2

    @once
    async def _quick(self) -> RunResult:
        return await self.run_or_refuse(self.plan("/", load={"iterations": 100}))

    async def test_a_quick_answer_takes_some_time(self) -> None:
        latency = (await self._quick()).summary.latency_ms
        told = [latency.min, latency.mean, latency.p50, latency.p95, latency.max]
        assert all(value is not None and 0 < value < 1000 for value in told), told
