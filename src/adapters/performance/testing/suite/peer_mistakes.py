"""What another facade gets wrong (Taurus 1.17.2, seen by running it): each of its mistakes is a test here.

Its overhead of seconds for each run is not: times are compared in ``benchmarks/``.
"""

from __future__ import annotations

from typing import Any

import pytest

from .arrivals import ArrivalTests
from .base import once
from .cases import Cases
from .clock import LATE_S, by_the_clock
from .faults import FaultTests
from .load import LoadTests
from .requests import RequestTests
from .statuses import AnswerTests
from .timing import peak, starts
from .values import ValueTests
from .verdicts import VerdictTests

QUOTES = 'it\'s "quoted" \\'
STEPS: dict[str, dict[str, Any]] = {
    "status/201": {},
    "status/204": {},
    "comma,in": {"url": '/comma,in/a,b?c=1,2&d="3",4'},
    "variable": {"url": "/variable/${v}"},
    "json": {"method": "POST", "json": {"a": 1, "v": "${v}"}},
    "quotes": {"method": "POST", "body": QUOTES},
}


class PeerMistakeTests(
    RequestTests, ValueTests, LoadTests, ArrivalTests, AnswerTests, FaultTests, VerdictTests
):
    """None of these happens here; where a run of another topic shows it, that run is looked at."""

    @once
    async def _steps(self) -> Cases:
        return await self.together(STEPS, iterations=3, variables={"v": "value"})

    # ab

    async def test_ab_all_answers_500_was_a_success(self) -> None:
        result = await self.run_or_refuse(self.plan("/status/500", load={"iterations": 40, "users": 4}))
        assert (result.summary.requests, result.summary.failures, result.summary.error_rate) == (40, 40, 1.0)
        assert (result.success, result.exit_code) == (False, 1)

    @by_the_clock
    async def test_ab_a_ramp_was_dropped_in_silence(self) -> None:
        assert starts((await self._ramp()).seen)[1] > 0.05

    async def test_ab_a_rate_was_dropped_in_silence(self) -> None:
        assert len((await self._rate()).seen) <= 32

    async def test_ab_a_body_was_dropped_in_silence(self) -> None:
        assert (await self._requests())["text"].only.body

    async def test_ab_checks_were_dropped_in_silence(self) -> None:
        assert (await self._checked())["fails-status"].summary.failures == 2

    async def test_ab_feeds_were_dropped_in_silence(self) -> None:
        assert {one["shared"] for one in await self._of_three_users()} == {"ann", "bob", "cy d"}

    @by_the_clock
    async def test_ab_a_run_was_shorter_than_asked_and_its_rate_was_of_another_time(self) -> None:
        result, seen = await self._closed()
        span_s = starts(seen)[-1]
        assert span_s >= 1 - LATE_S
        assert result.summary.throughput_rps == pytest.approx(len(seen) / span_s, rel=0.4)

    async def test_ab_the_mean_latency_was_always_0(self) -> None:
        mean = (await self._delayed())["delay/50"].summary.latency_ms.mean
        assert mean is not None
        assert mean >= 48

    # k6

    @by_the_clock
    async def test_k6_the_ramp_was_taken_from_the_duration(self) -> None:
        """The ramp is longer than what comes after it, which once made a stage of less than no time."""
        _, seen = await self._ramp()
        assert starts(seen)[-1] >= 1.4 - LATE_S
        assert peak(seen) == 5

    async def test_k6_a_failed_threshold_exited_0(self) -> None:
        assert (await self._failed_thresholds()).exit_code == 99

    async def test_k6_bytes_were_12000_times_too_many(self) -> None:
        case = (await self._framed())["bytes/100000"]
        self.figures(case.summary, bytes_received=sum(request.bytes_out for request in case.seen))

    async def test_k6_a_comma_in_a_url_broke_the_row(self) -> None:
        case = (await self._steps())["comma,in"]
        assert {request.target for request in case.seen} == {"/comma,in/a,b?c=1,2&d=%223%22,4"}
        assert (case.summary.requests, case.summary.failures) == (3, 0)
        assert case.summary.latency_ms.max is not None
        assert 0 < case.summary.latency_ms.max < 5000

    async def test_k6_the_mean_latency_grew_with_the_samples(self) -> None:
        """Many samples, so that the tool's output comes in chunks; ``check_invariants`` bounds their sum."""
        result = await self.run_or_refuse(self.plan("/", load={"iterations": 3000, "users": 4}))
        assert (result.summary.requests, len(self.seen)) == (3000, 3000)
        assert result.summary.latency_ms.max is not None
        assert result.summary.latency_ms.max < 5000

    # Locust

    @pytest.mark.parametrize("status", [201, 204])
    async def test_locust_other_statuses_were_shown_as_200(self, status: int) -> None:
        self.figures(
            (await self._steps())[f"status/{status}"].summary, status_codes={str(status): 3}, failures=0
        )

    async def test_locust_refused_connections_were_shown_as_status_500(self) -> None:
        assert not (await self._all_refused()).summary.status_codes

    async def test_locust_a_variable_was_sent_literally(self) -> None:
        case = (await self._steps())["variable"]
        assert {request.target for request in case.seen} == {"/variable/value"}

    async def test_locust_a_json_body_was_sent_as_a_form(self) -> None:
        case = (await self._steps())["json"]
        assert {request.header("content-type") for request in case.seen} == {"application/json"}
        assert [request.json() for request in case.seen] == [{"a": 1, "v": "value"}] * 3

    async def test_locust_a_quote_in_a_body_broke_the_script(self) -> None:
        assert {request.body for request in (await self._steps())["quotes"].seen} == {QUOTES.encode()}

    async def test_locust_with_more_than_ten_workers_there_was_no_data(self) -> None:
        engine = self.make_engine_with_workers(12)
        if engine is None:
            pytest.skip(f"no way is given to spread {self.engine.name} over workers")
        self.engine = engine
        result = await self.run_or_refuse(self.plan("/", load={"iterations": 48, "users": 24}))
        assert (result.summary.requests, len(self.seen)) == (48, 48)

    # siege and the rest

    async def test_siege_a_post_became_a_get(self) -> None:
        assert (await self._requests())["text"].only.method == "POST"

    async def test_siege_a_run_of_404s_was_a_success(self) -> None:
        result = await self.run_or_refuse(self.plan("/status/404", load={"iterations": 10, "users": 2}))
        assert (result.summary.failures, result.success, result.exit_code) == (10, False, 1)

    async def test_a_rate_below_1_became_unlimited(self) -> None:
        assert len((await self._slow_rate()).seen) <= 2

    async def test_percentiles_below_a_millisecond_were_0(self) -> None:
        latency = (await self._quick()).summary.latency_ms
        assert all(value is not None and value > 0 for value in (latency.p50, latency.p90, latency.p95))

    async def test_1000_labels_were_folded_into_151(self) -> None:
        steps = [{"name": f"label {number}", "url": f"/{number}"} for number in range(1000)]
        result = await self.run_or_refuse(self.plan(*steps), "steps")
        assert {part.requests for part in result.requests.values()} == {1}
        assert len(result.requests) == 1000
