"""Thresholds held against windows of a run: which there are, which is the worst, and what cannot be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.metrics.changes import Change
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.metrics.part import Part, Sliding
from adapters.performance.metrics.result import ThresholdResult
from adapters.performance.metrics.verdict import evaluate, measured_spans
from adapters.performance.metrics.window import OTHER_ERRORS, RequestStats, Window
from adapters.performance.plan.thresholds import parse_threshold


def stats(times_ms: Sequence[float], failures: int = 0) -> RequestStats:
    made = RequestStats(len(times_ms), failures, status_codes=Counter({200: len(times_ms) - failures}))
    made.latency.record([ms * 1e6 for ms in times_ms])
    if failures:
        made.errors["status", "status 503"] = failures
        made.status_codes = Counter({200: len(times_ms) - failures, 503: failures})
    return made


def run_of(seconds: Mapping[int, RequestStats], name: str = "page") -> MetricsCollector:
    collector = MetricsCollector()
    collector.keep_seconds({None: ["latency"], "page": ["latency"], "other": ["latency"]})
    for second, found in seconds.items():
        collector.add_window(Window(second, requests={name: found}))
    return collector


def held(text: str, collector: MetricsCollector, seconds: int) -> ThresholdResult:
    (result,) = evaluate([parse_threshold(text)], collector, float(seconds), spans=[range(seconds)])
    return result


TEN = {second: stats([10.0] * 10) for second in range(10)}


def test_a_threshold_holds_when_it_holds_in_every_window() -> None:
    result = held("p95 < 20ms for 3s", run_of(TEN), 10)
    assert (result.passed, result.actual, result.windows) == (True, pytest.approx(10, rel=1e-3), 8)


def test_one_bad_second_is_in_as_many_windows_as_they_are_long() -> None:
    collector = run_of({**TEN, 4: stats([100.0] * 10)})
    assert held("p50 < 20ms", collector, 10).passed is True
    assert (
        held("p95 < 20ms for 1s", collector, 10).reason == "in 1 of 10 windows of 1 s, worst from 4 s to 5 s"
    )
    result = held("p95 < 20ms for 3s", collector, 10)
    assert (result.passed, result.actual) == (False, pytest.approx(100, rel=1e-3))
    assert result.reason == "in 3 of 8 windows of 3 s, worst from 2 s to 5 s"


def test_rates_are_per_second_of_the_window() -> None:
    collector = run_of({second: found for second, found in TEN.items() if second != 5})
    assert held("throughput >= 9/s", collector, 10).passed is True
    assert held("throughput >= 9/s for 2s", collector, 10).actual == 5
    assert held("requests > 4 for 2s", collector, 10).passed is True
    assert (
        held("throughput > 0/s for 1s", collector, 10).reason
        == "in 1 of 10 windows of 1 s, worst from 5 s to 6 s"
    )


def test_a_window_in_which_nothing_ended_leaves_the_question_open_unless_another_answers_it() -> None:
    collector = run_of({second: found for second, found in TEN.items() if second != 5})
    result = held("p95 < 20ms for 1s", collector, 10)
    assert (result.passed, result.actual) == (None, None)
    assert result.reason == "no request ended in 1 of 10 windows of 1 s, the first from 5 s to 6 s"
    assert held("p95 < 5ms for 1s", collector, 10).passed is False
    assert held("errors[timeout] == 0 for 1s", collector, 10).passed is True


def test_windows_of_one_request_and_of_its_checks() -> None:
    collector = run_of(TEN)
    for second in range(10):
        other = stats([50.0] * 10, failures=5 if second == 3 else 0)
        checks = {"other: quick": (10, 0), "page: quick": (5, 5)}
        collector.add_window(Window(second, requests={"other": other}, checks=checks))
    assert held("page: max < 20ms for 2s", collector, 10).passed is True
    assert held("other: max < 20ms for 2s", collector, 10).passed is False
    assert held("other: error_rate < 30% for 2s", collector, 10).actual == 0.25
    assert held("other: status[5xx] == 0 for 5s", collector, 10).passed is False
    assert held("other: errors[status] <= 5 for 5s", collector, 10).passed is True
    assert held("other: checks > 99% for 2s", collector, 10).passed is True
    assert held("checks > 90% for 2s", collector, 10).actual == 0.75
    assert held("nobody: max < 1s for 2s", collector, 10).reason == "no request was called 'nobody'"
    assert "did you mean 'other'" in (held("othr: max < 1s for 2s", collector, 10).reason or "")


def test_requests_whose_second_is_not_known_leave_it_open() -> None:
    collector = run_of(TEN)
    collector.add_totals({"page": stats([10.0] * 7)})
    result = held("p95 < 20ms for 2s", collector, 10)
    assert (result.passed, result.reason) == (None, "in which second 7 of the requests ended is not known")
    collector = run_of(TEN)
    collector.add_counts(None, checks={"page: quick": (3, 0)})
    assert held("checks > 1% for 2s", collector, 10).reason == "in which second checks were run is not known"


def test_a_run_shorter_than_a_window_leaves_it_open() -> None:
    result = held("p95 < 20ms for 30s", run_of(TEN), 10)
    assert (result.passed, result.reason) == (None, "not 30 seconds in a row were measured")


def test_errors_that_are_not_told_apart_may_be_of_any_kind() -> None:
    found = stats([10.0] * 100, failures=3)
    found.errors = Counter({("timeout", "30 s"): 1, OTHER_ERRORS: 2})
    collector = run_of({0: found})
    assert held("errors[timeout] < 5", collector, 1).passed is True
    unsure = held("errors[timeout] < 3", collector, 1)
    assert (unsure.passed, unsure.reason) == (None, "2 failures of various kinds were not told apart")
    assert held("errors[timeout] < 1", collector, 1).passed is False
    assert held("errors[timeout] <= 3%", collector, 1).passed is True
    assert held("errors[timeout] <= 2%", collector, 1).passed is None


@pytest.mark.parametrize(
    ("duration_s", "load_s", "warm_up_s", "spans"),
    [
        (10.0, 10.0, 0, [range(10)]),
        (10.9, None, 0, [range(10)]),
        (14.2, 10.0, 0, [range(10)]),  # what was in flight at the end of the load is in no window
        (6.5, 10.0, 2, [range(2, 6)]),
        (0.9, None, 0, []),
        (3.0, 10.0, 5, []),
        (None, 10.0, 0, []),
    ],
)
def test_windows_slide_over_the_whole_seconds_of_the_load_after_the_warm_up(
    duration_s: float | None, load_s: float | None, warm_up_s: int, spans: list[range]
) -> None:
    assert measured_spans(duration_s, load_s, warm_up_s) == spans


def test_no_window_reaches_over_a_pause() -> None:
    changes = [Change(t=3.5, what="pause"), Change(t=6.2, what="resume")]
    assert measured_spans(12.7, 10.0, 0, changes) == [range(3), range(7, 12)]
    assert measured_spans(12.7, None, 1, [*changes, Change(t=9.0, what="pause")]) == [
        range(1, 3),
        range(7, 9),
    ]


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 12))
def test_a_sliding_sum_is_the_sum_of_the_last_parts(counts: list[int], length: int) -> None:
    sliding = Sliding(length)
    for number, count in enumerate(counts):
        total = sliding.push(Part(stats([float(count + 1)] * count), passed=count))
        if number + 1 < length:
            assert total is None
            continue
        last = counts[number + 1 - length : number + 1]
        assert total is not None
        assert (total.stats.requests, total.passed) == (sum(last), sum(last))
        assert total.stats.latency.sum_ns == sum(one * (one + 1) * 10**6 for one in last)
