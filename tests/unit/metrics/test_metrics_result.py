"""A result says whether the run held and why not, and survives being written down."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    RequestStats,
    ResultWarning,
    RunResult,
    Semantics,
    ThresholdResult,
    Window,
    build_result,
)
from adapters.performance.metrics.groups import GroupStats

ENGINE = EngineInfo(
    name="native",
    version="1.0",
    semantics=Semantics(latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="no"),
)
KEYS = {
    *("schema", "success", "reason", "stopped", "engine", "plan", "started_at", "duration_s", "paused_s"),
    *(
        "summary",
        "warm_up",
        "requests",
        "groups",
        "aside",
        "timeline",
        "checks",
        "thresholds",
        "warnings",
        "changes",
        "resources",
    ),
}
SUMMARY_KEYS = {
    *(
        "requests",
        "failures",
        "error_rate",
        "throughput_rps",
        "latency_ms",
        "ttfb_ms",
        "connect_ms",
        "tls_ms",
    ),
    *("response_ms", "lag_ms", "bytes_received", "bytes_sent", "status_codes", "errors"),
    *("iterations", "dropped", "interrupted"),
}


def measured(requests: int = 10, failures: int = 0, latency_ns: float = 5e6) -> MetricsCollector:
    collector, latency = MetricsCollector(), Histogram()
    latency.record([latency_ns] * requests)
    stats = RequestStats(requests, failures, latency, status_codes=Counter({200: requests - failures}))
    if failures:
        stats.status_codes[500] = failures  # type: ignore[index]
        stats.errors["status", "status 500"] = failures
    collector.add_window(Window(1, 4, {"home": stats}, iterations=requests, checks={"ok": (9, 1)}))
    return collector


def result(collector: MetricsCollector | None = None, **changes: Any) -> RunResult:
    defaults: dict[str, Any] = {
        "plan": {"target": "http://127.0.0.1:1/", "load": {"users": 4}},
        "engine": ENGINE,
        "started_at": datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        "duration_s": 4.0,
        "stopped": "completed",
        "collector": collector or measured(),
    }
    return build_result(**{**defaults, **changes})


def threshold(passed: bool | None) -> ThresholdResult:
    return ThresholdResult(expression="p95 < 3ms", passed=passed, actual=5.0, unit="ms", reason="no figure")


def test_figures_of_a_good_run() -> None:
    good = result()
    assert (good.success, good.reason, good.exit_code) == (True, None, 0)
    assert (good.summary.requests, good.summary.throughput_rps, good.summary.error_rate) == (10, 2.5, 0.0)
    assert good.summary.latency_ms.p95 == 5.0
    assert good.summary.ttfb_ms is None
    assert good.summary.status_codes == {"200": 10}
    assert good.requests["home"].requests == 10
    assert (good.checks[0].name, good.checks[0].passed, good.checks[0].failed) == ("ok", 9, 1)


def test_an_empty_run_fails_and_is_none_everywhere_not_zero() -> None:
    empty = result(MetricsCollector(), duration_s=None)
    assert (empty.success, empty.reason, empty.exit_code) == (False, "no request was measured", 1)
    figures = empty["summary"]
    assert (figures.pop("requests"), figures.pop("failures"), figures.pop("errors")) == (0, 0, [])
    assert set(figures.pop("latency_ms").values()) == {None}
    assert set(figures.values()) == {None}
    assert empty.timeline == ()


@pytest.mark.parametrize("duration_s", [None, 0.0])
def test_throughput_is_unknown_without_a_duration(duration_s: float | None) -> None:
    assert result(duration_s=duration_s).summary.throughput_rps is None


def test_a_failed_request_fails_the_run_and_the_reason_says_what_would_allow_it() -> None:
    failed = result(measured(340, 12))
    assert failed.reason == (
        "12 of 340 requests failed (first: status 500); "
        "a threshold such as 'error_rate < 5%' would allow some"
    )
    assert failed.exit_code == 1
    assert result(measured(340, 12), error_threshold_given=True, thresholds=[threshold(True)]).success


@pytest.mark.parametrize(
    ("changes", "exit_code", "reason"),
    [
        ({"thresholds": [threshold(True)]}, 0, None),
        ({"thresholds": [threshold(True), threshold(False)]}, 99, "'p95 < 3ms' did not hold: it was 5 ms"),
        ({"thresholds": [threshold(None)]}, 99, "could not be evaluated: no figure"),
        ({"thresholds": [threshold(False)] * 3}, 99, "(and 2 more)"),
        ({"stopped": "interrupted", "thresholds": [threshold(False)]}, 130, "interrupted after 4.0 s"),
        ({"stopped": "failed"}, 1, "the engine failed"),
        ({"stopped": "failed", "duration_s": None}, 1, "before its end"),
    ],
)
def test_verdict_and_exit_code(changes: dict[str, Any], exit_code: int, reason: str | None) -> None:
    judged = result(**changes)
    assert (judged.exit_code, judged.success) == (exit_code, exit_code == 0)
    assert judged.reason is None if reason is None else reason in str(judged.reason)


def test_seconds_without_a_request_are_shown_and_the_last_is_rated_by_its_part() -> None:
    points = result(duration_s=3.5).timeline
    assert [(p.t, p.requests, p.rps, p.users) for p in points] == [
        (0, 0, 0.0, None),
        (1, 10, 10.0, 4),
        (2, 0, 0.0, None),
    ]
    assert points[0].p95_ms is None
    assert result(duration_s=1.5).timeline[-1].rps == 20.0
    assert result(duration_s=1.01).timeline[-1].rps is None


def test_impossible_latencies_are_told() -> None:
    given = ResultWarning(code="DurationShort", message="short")
    told = result(measured(latency_ns=-1.0), warnings=[given]).warnings
    assert [warning.code for warning in told] == ["DurationShort", "LatencyOutOfRange"]
    assert "10 negative" in told[1].message


def test_json_has_the_keys_of_the_schema_and_round_trips() -> None:
    written = result(measured(20, 3), thresholds=[threshold(None)], resources={"cpu": 0.5})
    data = json.loads(written.to_json())
    assert set(data) == KEYS
    assert data["schema"] == "polyload.result/1"
    assert set(data["summary"]) == set(data["requests"]["home"]) == SUMMARY_KEYS
    assert set(data["timeline"][0]) == {
        "t",
        "requests",
        "failures",
        "users",
        "rps",
        "p50_ms",
        "p95_ms",
        "p99_ms",
    }
    read = RunResult.from_json(written.to_json())
    assert read == written
    assert read.to_json() == written.to_json()


def test_a_result_is_a_mapping_of_its_json() -> None:
    written = result()
    data = json.loads(written.to_json())
    assert isinstance(written, Mapping)
    assert dict(written) == {**data, "results": data["summary"]}
    assert len(written) == len(list(written)) == len(KEYS) + 1
    assert written["success"] is True
    assert written["results"]["requests"] == 10
    assert "results" in written
    assert written.get("break_point", "None") == "None"


@pytest.mark.parametrize("key", ["schema_name", "model_fields", "exit_code", "nothing"])
def test_only_json_keys_are_keys(key: str) -> None:
    assert key not in result()


def test_a_result_cannot_be_changed_or_hold_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        result().success = False  # type: ignore[misc]
    data = json.loads(result().to_json())
    with pytest.raises(ValidationError):
        RunResult.from_json(json.dumps({**data, "succes": True}))
    with pytest.raises(ValidationError):
        RunResult.from_json(json.dumps({**data, "schema": "polyload.result/2"}))


def warmed_up(second: int) -> MetricsCollector:
    """Ten requests of one second, in a run whose first two are warm-up."""
    collector = MetricsCollector()
    collector.start_collection(warm_up_s=2)
    stats = RequestStats(10, 1, _histogram(5e6, 10), errors=Counter({("status", "status 500"): 1}))
    collector.add_window(
        Window(second, 4, {"home": stats}, iterations=10, dropped=3, interrupted=2, checks={"ok": (9, 1)})
    )
    return collector


def test_a_warm_up_is_left_out_of_the_figures_and_told_by_itself() -> None:
    run = result(warmed_up(1), duration_s=4.0)
    assert run.warm_up is not None
    assert (run.warm_up.duration_s, run.warm_up.requests, run.warm_up.failures) == (2, 10, 1)
    assert (run.summary.requests, run.summary.iterations, run.summary.dropped) == (0, None, None)
    assert (run.checks, run.timeline) == ((), ())
    assert run.summary.interrupted == 2, "what was in flight at the end did not end in the warm-up"
    assert (run.success, run.reason) == (False, "no request was measured: 10 ended in the warm-up")


def test_rates_are_per_second_of_what_was_measured() -> None:
    run = result(warmed_up(2), duration_s=4.0)
    assert (run.duration_s, run.summary.throughput_rps) == (4.0, 5.0)
    assert [(point.t, point.rps) for point in run.timeline] == [(2, 10.0), (3, 0.0)]


def test_a_run_that_ended_in_its_warm_up_has_no_throughput() -> None:
    run = result(warmed_up(1), duration_s=1.5, stopped="interrupted")
    assert run.summary.throughput_rps is None
    assert run.exit_code == 130
    assert run.reason == "the run was interrupted after 1.5 s"


def _histogram(value_ns: float, count: int) -> Histogram:
    histogram = Histogram()
    histogram.record([value_ns] * count)
    return histogram


def told_apart(**aside: int) -> MetricsCollector:
    """Ten requests of one second, a group of two of them, and logins before the load."""
    collector = MetricsCollector()
    collector.start_collection()
    stats = RequestStats(10, 0, _histogram(5e6, 10))
    group = GroupStats(4, 1, _histogram(12e6, 4))
    collector.add_window(Window(0, 4, {"home": stats}, groups={"checkout": group}))
    errors = Counter({("status", "status 401"): aside["failures"]})
    collector.add_aside({"login": RequestStats(3, aside["failures"], _histogram(9e6, 3), errors=errors)})
    return collector


def test_groups_and_what_is_told_aside_are_in_no_other_figure() -> None:
    run = result(told_apart(failures=0), duration_s=1.0)
    assert run.success
    assert (run.summary.requests, list(run.requests), run.timeline[0].requests) == (10, ["home"], 10)
    assert (run.aside["login"].requests, run.aside["login"].throughput_rps) == (3, None)
    group = run.groups["checkout"]
    assert (group.count, group.failures, group.error_rate) == (4, 1, 0.25)
    assert group.duration_ms.p50 == pytest.approx(12, rel=1e-3)
    assert RunResult.from_json(run.to_json()) == run


def test_a_failed_login_is_a_failure_of_the_run_unless_errors_have_a_threshold() -> None:
    why = "2 of 3 requests of setup and authentication failed (most often: status 401)"
    run = result(told_apart(failures=2), duration_s=1.0)
    assert (run.success, run.reason, run.summary.failures) == (False, why, 0)
    tolerant = result(told_apart(failures=2), duration_s=1.0, error_threshold_given=True)
    assert tolerant.success
    assert [(warning.code, warning.message) for warning in tolerant.warnings] == [("AsideFailed", why)]


def test_groups_of_the_warm_up_are_left_out_and_logins_are_not() -> None:
    collector = MetricsCollector()
    collector.start_collection(warm_up_s=2)
    aside = {"login": RequestStats(1)}
    collector.add_window(Window(1, groups={"checkout": GroupStats(1)}, aside=aside))
    assert (collector.groups, collector.aside["login"].requests) == ({}, 1)
