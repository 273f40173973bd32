"""What another facade gets wrong (Taurus 1.17.2, seen by running it): each of its mistakes is a test here.

Its overhead of seconds for each run is not: times are compared in ``benchmarks/``.
"""

from __future__ import annotations

from typing import Any

import pytest

from .base import once
from .cases import Cases, CasesTopic
from .load import LATE_S
from .timing import starts

QUOTES = 'it\'s "quoted" \\'
STEPS: dict[str, dict[str, Any]] = {
    "status/201": {},
    "status/204": {},
    "comma,in": {"url": '/comma,in/a,b?c=1,2&d="3",4', "name": "comma,in"},
    "variable": {"url": "/variable/${v}"},
    "json": {"method": "POST", "json": {"a": 1, "v": "${v}"}},
    "quotes": {"method": "POST", "body": QUOTES},
    "posted": {"method": "POST", "body": "x=1"},
}


class PeerMistakeTests(CasesTopic):
    """None of these happens here."""

    @once
    async def _steps(self) -> Cases:
        return await self.together(STEPS, iterations=3, variables={"v": "value"})

    # ab

    async def test_ab_all_answers_500_was_a_success(self) -> None:
        result = await self.run_or_refuse(self.plan("/status/500", load={"iterations": 40, "users": 4}))
        assert (result.summary.requests, result.summary.failures, result.summary.error_rate) == (40, 40, 1.0)
        assert (result.success, result.exit_code) == (False, 1)

    @pytest.mark.parametrize(
        ("feature", "more", "load"),
        [
            ("load.ramp", {}, {"users": 4, "ramp_up": 0.5, "duration": 0.6}),
            ("load.open", {}, {"rate": 5, "duration": 0.6}),
            ("body", {"method": "POST", "body": "sent"}, {"iterations": 2}),
            ("check.status", {"checks": [{"status": 418}]}, {"iterations": 2}),
            ("feed", {"url": "/delay/20?row=${rows.name}"}, {"iterations": 2}),
        ],
    )
    async def test_ab_features_were_dropped_in_silence(
        self, feature: str, more: dict[str, Any], load: dict[str, Any]
    ) -> None:
        data = {"rows": {"rows": [{"name": "a"}, {"name": "b"}]}} if feature == "feed" else {}
        plan = self.plan({"url": "/delay/20", **more}, load=load, data=data)
        result = await self.run_or_refuse(plan, feature, "method", "load.closed")
        assert {
            "load.ramp": starts(self.seen)[1] > 0.02,
            "load.open": len(self.seen) <= 4,
            "body": self.seen[0].body == b"sent",
            "check.status": result.summary.failures == 2,
            "feed": {request.query for request in self.seen} == {"row=a", "row=b"},
        }[feature]

    async def test_ab_a_run_was_shorter_than_asked_and_its_rate_was_of_another_time(self) -> None:
        result = await self.run_or_refuse(self.plan("/", load={"users": 2, "duration": 1}), "load.closed")
        span_s = starts(self.seen)[-1]
        assert 1 - LATE_S <= span_s <= 1 + LATE_S
        assert result.summary.throughput_rps == pytest.approx(len(self.seen) / span_s, rel=0.4)

    async def test_ab_the_mean_latency_was_always_0(self) -> None:
        result = await self.run_or_refuse(self.plan("/delay/30", load={"iterations": 6, "users": 2}))
        mean = result.summary.latency_ms.mean
        assert mean is not None
        assert mean >= 29

    # k6

    async def test_k6_the_ramp_was_taken_from_the_duration(self) -> None:
        load = {"users": 3, "ramp_up": 0.9, "duration": 1.2}  # more ramp than what comes after it
        await self.run_or_refuse(self.plan("/delay/20", load=load), "load.ramp")
        assert 1.2 - LATE_S <= starts(self.seen)[-1] <= 1.2 + LATE_S

    async def test_k6_a_failed_threshold_exited_0(self) -> None:
        plan = self.plan("/delay/20", load={"iterations": 4}, thresholds=["p95 < 1ms"])
        assert (await self.run_or_refuse(plan)).exit_code == 99

    async def test_k6_bytes_were_12000_times_too_many(self) -> None:
        result = await self.run_or_refuse(self.plan("/bytes/10000", load={"iterations": 20, "users": 2}))
        self.figures(result.summary, bytes_received=sum(request.bytes_out for request in self.seen))

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
        latency = result.summary.latency_ms
        assert latency.max is not None
        assert latency.max < 5000

    # Locust

    @pytest.mark.parametrize("status", [201, 204])
    async def test_locust_other_statuses_were_shown_as_200(self, status: int) -> None:
        self.figures(
            (await self._steps())[f"status/{status}"].summary, status_codes={str(status): 3}, failures=0
        )

    async def test_locust_refused_connections_were_shown_as_status_500(self) -> None:
        result = await self.run_or_refuse(self.plan(self.server.refused_url, load={"iterations": 4}))
        assert (result.summary.requests, result.summary.failures) == (4, 4)
        assert not result.summary.status_codes

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
            pytest.skip(f"{self.engine.name} runs in one process")
        self.engine = engine
        result = await self.run_or_refuse(self.plan("/", load={"iterations": 48, "users": 24}))
        assert (result.summary.requests, len(self.seen)) == (48, 48)

    # siege and the rest

    async def test_siege_a_post_became_a_get(self) -> None:
        case = (await self._steps())["posted"]
        assert {(request.method, request.body) for request in case.seen} == {("POST", b"x=1")}

    async def test_siege_a_run_of_404s_was_a_success(self) -> None:
        result = await self.run_or_refuse(self.plan("/status/404", load={"iterations": 10, "users": 2}))
        assert (result.summary.failures, result.success, result.exit_code) == (10, False, 1)

    async def test_a_rate_below_1_became_unlimited(self) -> None:
        result = await self.run_or_refuse(self.plan("/", load={"rate": 0.5, "duration": 1}), "load.open")
        assert result.summary.requests <= 1

    async def test_percentiles_below_a_millisecond_were_0(self) -> None:
        result = await self.run_or_refuse(self.plan("/", load={"iterations": 100}))
        latency = result.summary.latency_ms
        assert all(value is not None and value > 0 for value in (latency.p50, latency.p90, latency.p95))

    async def test_1000_labels_were_folded_into_151(self) -> None:
        steps = [{"name": f"label {number}", "url": f"/{number}"} for number in range(1000)]
        result = await self.run_or_refuse(self.plan(*steps), "steps")
        assert {part.requests for part in result.requests.values()} == {1}
        assert len(result.requests) == 1000
