"""Thresholds on groups of steps: how long they took, and in how many of them something failed."""

from __future__ import annotations

import pytest

from adapters.performance.metrics import Histogram, MetricsCollector, RequestStats, Window
from adapters.performance.metrics.groups import GroupStats
from adapters.performance.metrics.measuring import times_by_request
from adapters.performance.metrics.verdict import evaluate, measured_spans
from adapters.performance.plan.thresholds import parse_threshold


def collected(*expressions: str) -> MetricsCollector:
    """Two seconds of groups: ten of 20 ms of which one failed, then ten of 40 ms; each holds a request of 1 ms."""
    collector = MetricsCollector()
    collector.keep_seconds(times_by_request(map(parse_threshold, expressions)))
    for second, failures, each_ms in ((0, 1, 20), (1, 0, 40)):
        group = GroupStats(10, failures, times_of(each_ms))
        page = RequestStats(10, failures, times_of(1))
        collector.add_window(Window(second, requests={"page": page}, groups={"checkout": group}))
    return collector


def times_of(ms: float) -> Histogram:
    times = Histogram()
    times.record([ms * 1e6] * 10)
    return times


@pytest.mark.parametrize(
    ("expression", "passed", "actual"),
    [
        ("checkout: p95 < 50ms", True, 40),
        ("checkout: p95 < 30ms", False, 40),
        ("checkout: mean < 31ms", True, 30),
        ("checkout: error_rate < 10%", True, 0.05),
        ("checkout: requests == 20", True, 20),
        ("checkout: throughput > 9/s", True, 10),
        ("p95 < 2ms", True, 1),
        ("requests == 20", True, 20),
        ("checkout: p95 < 30ms for 1s", False, 40),
        ("checkout: error_rate < 20% for 1s", True, 0.1),
    ],
)
def test_groups_are_held_to_thresholds_and_are_no_requests(
    expression: str, passed: bool, actual: float
) -> None:
    spans = measured_spans(2.0, 2.0, 0)
    (result,) = evaluate([parse_threshold(expression)], collected(expression), 2.0, spans=spans)
    assert (result.passed, result.actual) == (passed, pytest.approx(actual, rel=1e-3))


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("checkout: ttfb.p95 < 1s", "ttfb.p95 was not measured"),
        ("checkout: status[5xx] == 0", "status codes were not measured"),
        ("checkout: errors[timeout] == 0", "1 failures of various kinds were not told apart"),
        ("chekout: p95 < 1s", "no request was called 'chekout'; did you mean 'checkout'?"),
    ],
)
def test_what_is_not_known_of_groups_is_not_made_up(expression: str, why: str) -> None:
    (result,) = evaluate([parse_threshold(expression)], collected(expression), 2.0)
    assert (result.passed, result.reason) == (None, why)
