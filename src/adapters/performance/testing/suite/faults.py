"""Faults: whatever goes wrong is counted once, as a failure, by the kind that it is."""

from __future__ import annotations

from typing import Any

import pytest

from ...engines import kinds
from ...metrics.result import RunResult
from .base import once
from .cases import Cases, CasesTopic
from .invariants import kinds_of

TIMES = 2
SOON = {"timeout": 0.3}
ON_THE_WAY: dict[str, tuple[dict[str, Any], str]] = {
    "reset-before": ({}, kinds.RESET),
    "reset-inside": ({}, kinds.RESET),
    "close-before": ({}, kinds.CLOSED),
    "truncated": ({}, kinds.TRUNCATED),
    "garbage": ({}, kinds.PROTOCOL),
    "bad-length": ({}, kinds.PROTOCOL),
}
"""Faults of an answer, by the path that has them."""
TOO_LATE: dict[str, tuple[dict[str, Any], str]] = {
    "hang": (SOON, kinds.TIMEOUT),
    "delay/3000": (SOON, kinds.TIMEOUT),
    "slow-first/3000": (SOON, kinds.TIMEOUT),
    "slow-body/3000": (SOON, kinds.TIMEOUT),
}
"""Answers that take longer than the timeout."""
SEEN = {**ON_THE_WAY, **TOO_LATE}
NOWHERE = {"refused": kinds.REFUSED, "dns": kinds.DNS}
"""Requests that reach no server."""


class FaultTests(CasesTopic):
    """Failures of the transport."""

    @once
    async def _faults(self) -> Cases:
        elsewhere = {"refused": self.server.refused_url, "dns": self.server.unresolvable_url}
        steps = {name: step for name, (step, _) in SEEN.items()}
        nowhere = {name: {"url": url} for name, url in elsewhere.items()}
        return await self.together({**steps, **nowhere}, iterations=TIMES)

    @pytest.mark.parametrize("fault", [*SEEN, *NOWHERE])
    async def test_each_is_a_failure_of_its_kind(self, fault: str) -> None:
        case = (await self._faults())[fault]
        kind = SEEN[fault][1] if fault in SEEN else NOWHERE[fault]
        if kind in self.gives_up:
            assert (case.result.stopped, case.result.success, case.result.exit_code) == ("failed", False, 1)
            return
        assert (case.summary.requests, case.summary.failures) == (TIMES, TIMES)
        assert set(case.kinds) <= self.kinds(kind)
        assert not case.result.success

    @pytest.mark.parametrize("fault", SEEN)
    async def test_each_was_sent_once(self, fault: str) -> None:
        case = (await self._faults())[fault]
        assert len(case.seen) == TIMES or self.resends

    @pytest.mark.parametrize("fault", NOWHERE)
    async def test_what_reached_no_server_has_no_status_and_no_bytes(self, fault: str) -> None:
        summary = (await self._faults())[fault].summary
        assert not summary.status_codes
        assert not summary.bytes_received

    @pytest.mark.parametrize("fault", TOO_LATE)
    async def test_a_timeout_is_kept(self, fault: str) -> None:
        latency = (await self._faults())[fault].summary.latency_ms
        if latency.min is not None and latency.max is not None:
            assert latency.min >= 290
            assert latency.max <= 1500

    async def test_faults_among_good_answers_are_counted_one_by_one(self) -> None:
        plan = self.plan("/fault-every/4/truncated", load={"iterations": 40, "users": 2})
        result = await self.run_or_refuse(plan)
        assert self.server.log.faults() == {"truncated": 10}
        assert (result.summary.requests, result.summary.failures) == (40, 10)
        assert kinds_of(result.summary) <= self.kinds(kinds.TRUNCATED)
        assert result.summary.error_rate == 0.25

    @once
    async def _all_refused(self) -> RunResult:
        return await self.run_or_refuse(
            self.plan(self.server.refused_url, load={"iterations": 10, "users": 2})
        )

    async def test_all_connections_refused_is_no_success(self) -> None:
        result = await self._all_refused()
        assert (result.summary.requests, result.summary.failures) == (10, 10)
        assert (result.success, result.exit_code) == (False, 1)
        assert kinds_of(result.summary) <= self.kinds(kinds.REFUSED)
