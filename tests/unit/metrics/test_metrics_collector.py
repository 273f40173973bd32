"""The collector counts everything it is given, in the second where it belongs, and invents nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from adapters.performance.errors import UsageError
from adapters.performance.metrics import (
    DEFAULT_NAME,
    Histogram,
    MetricsCollector,
    RequestStats,
    Samples,
    Window,
)

NAMES = ("home", "login", "search")
ERRORS = (("status", "status 500"), ("timeout", "no answer in 5 s"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The collector's clock, as a list whose only element is the time."""
    now = [1000.0]
    monkeypatch.setattr("adapters.performance.metrics.collector.perf_counter", lambda: now[0])
    return now


def window(second: int, name: str = "home", requests: int = 1, **more: Any) -> Window:
    latency = Histogram()
    latency.record([5e6] * requests)
    return Window(second, requests={name: RequestStats(requests, latency=latency)}, **more)


@st.composite
def sample_batches(draw: st.DrawFn) -> Samples:
    size = draw(st.integers(0, 80))

    def column(elements: st.SearchStrategy[Any], dtype: type = np.float64) -> Any:
        return draw(hnp.arrays(dtype, size, elements=elements))

    return Samples(
        names=NAMES,
        errors=ERRORS,
        name=column(st.integers(0, 2), np.int64),
        error=column(st.integers(-1, 1), np.int64),
        end_s=column(st.floats(-2, 6) | st.sampled_from([np.nan, np.inf, 1e300, 1e12])),
        latency_ns=column(st.floats(0, 1e9) | st.sampled_from([np.nan, -1.0, np.inf, 1e15])),
        status=draw(st.none()) if draw(st.booleans()) else column(st.sampled_from([0, 200, 500]), np.int64),
        connect_ns=column(st.just(np.nan) | st.floats(1e3, 1e6)),
        bytes_received=column(st.integers(0, 2**40), np.int64),
    )


def test_nothing_recorded_is_none_everywhere_not_zero() -> None:
    metrics = MetricsCollector().get_metrics()
    assert metrics["total_requests"] == metrics["successful_requests"] == metrics["failed_requests"] == 0
    assert set(metrics["response_times"].values()) == {None}
    assert (metrics["error_rate"], metrics["throughput"], metrics["duration"]) == (None, None, None)
    assert metrics["errors"] == []


def test_the_seeds_example(clock: list[float]) -> None:
    collector = MetricsCollector()
    collector.start_collection()
    collector.record_response_time(150.5)
    collector.record_error("timeout", "Connection timeout")
    clock[0] += 4
    collector.stop_collection()
    clock[0] += 60
    metrics = collector.get_metrics()
    assert (metrics["total_requests"], metrics["successful_requests"], metrics["failed_requests"]) == (
        2,
        1,
        1,
    )
    assert (metrics["error_rate"], metrics["duration"], metrics["throughput"]) == (50.0, 4.0, 0.5)
    assert metrics["response_times"] == {
        "stdev": 0.0,
        **dict.fromkeys(("avg", "min", "max", "p50", "p75", "p90", "p95", "p99", "p999"), 150.5),
    }
    assert metrics["errors"] == [{"kind": "timeout", "message": "Connection timeout", "count": 1}]


def test_an_error_is_one_failed_request_of_unknown_latency() -> None:
    collector = MetricsCollector()
    collector.record_error("timeout", "slow")
    total = collector.totals()
    assert (total.requests, total.failures, total.latency.count) == (1, 1, 0)
    assert total.status_codes is None
    assert collector.get_metrics()["response_times"]["p50"] is None


def test_single_requests_fall_into_their_second(clock: list[float]) -> None:
    collector = MetricsCollector()
    collector.start_collection()
    for elapsed in (0.0, 0.95, 1.0, 1.01, 1.99, 5.5):
        clock[0] = 1000 + elapsed
        collector.record_response_time(10)
    collector.record_error("kind", "message")
    rows = {row.start_s: (row.requests, row.failures) for row in collector.timeline}
    assert rows == {0: (2, 0), 1: (3, 0), 5: (2, 1)}
    assert collector.by_name[DEFAULT_NAME].requests == 7


@pytest.mark.parametrize(
    "bad",
    [float("nan"), float("inf"), -5.0, 1e30, 1e305, 10**400, "12x", None, []],
    ids=lambda bad: repr(bad)[:9],
)
def test_a_time_that_cannot_be_is_a_request_all_the_same(bad: Any) -> None:
    collector = MetricsCollector()
    collector.record_response_time(bad)
    collector.record_response_time(10)
    total = collector.totals()
    latency = total.latency
    assert (total.requests, latency.count) == (2, 1)
    assert latency.negative + latency.invalid + latency.overflow == 1


def test_starting_again_forgets_what_was_before() -> None:
    collector = MetricsCollector()
    collector.start_collection()
    with pytest.raises(UsageError, match="already collecting"):
        collector.start_collection()
    collector.record_response_time(1)
    collector.stop_collection()
    collector.start_collection()
    assert collector.totals().requests == 0


@settings(deadline=None)
@given(st.lists(sample_batches(), max_size=3))
def test_samples_are_conserved(batches: list[Samples]) -> None:
    collector = MetricsCollector()
    for batch in batches:
        collector.add_samples(batch)
    total = collector.totals()
    assert total.requests == sum(map(len, batches))
    assert total.failures == sum(int((batch.error >= 0).sum()) for batch in batches)
    assert total.errors.total() == total.failures
    for index, name in enumerate(NAMES):
        stats = collector.by_name.get(name, RequestStats())
        assert stats.requests == sum(int((batch.name == index).sum()) for batch in batches)
    dated = np.concatenate([batch.end_s for batch in batches] or [np.empty(0)])
    seconds = Counter(np.floor(dated[np.abs(dated) < 2**40]).astype(int).tolist())
    assert {row.start_s: row.requests for row in collector.timeline} == seconds
    if total.requests:
        assert total.bytes_received == sum(int(batch.bytes_received.sum()) for batch in batches)


@settings(deadline=None)
@given(sample_batches())
def test_samples_count_like_one_histogram_of_what_is_known(batch: Samples) -> None:
    collector = MetricsCollector()
    collector.add_samples(batch)
    expected = Histogram()
    expected.record(batch.latency_ns[~np.isnan(batch.latency_ns)])
    total = collector.totals()
    assert total.latency == expected
    if len(batch):
        assert total.connect is not None
        assert total.connect.count == int((~np.isnan(batch.connect_ns)).sum())
        assert total.ttfb is None
        expected_codes = (
            None if batch.status is None else Counter(code for code in batch.status.tolist() if code)
        )
        assert total.status_codes == expected_codes


def test_far_apart_seconds_do_not_confuse_samples() -> None:
    size = 70_000
    collector = MetricsCollector()
    name = np.arange(size) % 3
    end_s = np.where(np.arange(size) % 2, 0.5, 1e11)
    samples = Samples(NAMES, (), name, np.full(size, -1), end_s, np.full(size, 1e6))
    collector.add_samples(samples)
    assert [(row.start_s, row.requests) for row in collector.timeline] == [(0, size / 2), (10**11, size / 2)]


def test_windows_of_several_workers_add_up() -> None:
    collector = MetricsCollector()
    for second in (0, 1, 0):
        collector.add_window(window(second, requests=5, users=10, iterations=2))
    assert [(row.start_s, row.requests, row.users) for row in collector.timeline] == [(0, 10, 20), (1, 5, 10)]
    assert (collector.totals().requests, collector.iterations, collector.dropped) == (15, 6, None)


def test_counts_reported_apart() -> None:
    collector = MetricsCollector()
    collector.add_window(window(0))
    collector.add_counts(0, iterations=3, users=4, checks={"ok": (2, 1)})
    collector.add_counts(0, users=5, dropped=0, checks={"ok": (1, 0)})
    collector.add_counts(None, interrupted=2, iterations=1)
    row = collector.timeline[0]
    assert (row.requests, row.users, row.iterations, row.dropped) == (1, 5, 3, 0)
    assert (collector.iterations, collector.dropped, collector.interrupted) == (4, 0, 2)
    assert collector.checks == {"ok": (3, 1)}
    assert len(collector.timeline) == 1


def test_totals_without_a_second_are_not_in_the_timeline() -> None:
    collector = MetricsCollector()
    collector.add_totals(window(0, requests=7).requests)
    assert (collector.totals().requests, collector.timeline) == (7, [])


def test_lag_is_merged_over_windows() -> None:
    collector = MetricsCollector()
    for second in (0, 1):
        lag = Histogram()
        lag.record([1e3])
        collector.add_window(Window(second, lag=lag))
    assert collector.lag is not None
    assert collector.lag.count == 2


def test_each_window_is_delivered_once_when_it_is_complete() -> None:
    collector, seen = MetricsCollector(), []
    collector.add_listener(seen.append)
    collector.add_window(window(1))
    collector.add_window(window(0))
    collector.add_window(window(0, "login", 2))
    collector.advance(0.99)
    assert seen == []
    collector.advance(1.0)
    assert [(w.start_s, sorted(w.requests)) for w in seen] == [(0, ["home", "login"])]
    collector.add_window(window(0, requests=3))
    collector.advance(1.5)
    collector.stop_collection()
    assert [w.start_s for w in seen] == [0, 1]
    assert collector.totals().requests == 7


def test_a_listener_that_comes_late_gets_no_partial_window() -> None:
    collector, seen = MetricsCollector(), []
    collector.add_window(window(3))
    collector.add_listener(seen.append)
    collector.add_window(window(3))
    collector.add_window(window(4))
    collector.stop_collection()
    assert [w.start_s for w in seen] == [4]


def test_a_delivered_window_carries_counts_and_users() -> None:
    collector, seen = MetricsCollector(), []
    collector.add_listener(seen.append)
    collector.add_counts(0, users=3, iterations=2, checks={"ok": (1, 1)})
    collector.stop_collection()
    assert seen == [Window(0, users=3, iterations=2, checks={"ok": (1, 1)})]


def test_what_was_added_may_be_used_further() -> None:
    collector, mine = MetricsCollector(), window(0)
    collector.add_window(mine)
    collector.add_window(window(0))
    assert mine == window(0)


def test_a_long_timeline_stays_small_even_when_workers_report_late() -> None:
    collector, latency = MetricsCollector(), Histogram()
    latency.record(np.random.default_rng(1).lognormal(16, 0.5, 500))
    for second in range(60):
        for late in (second, second - 1):
            if late >= 0:
                collector.add_window(Window(late, requests={"home": RequestStats(500, latency=latency)}))
    kept = [row.latency.nbytes for row in collector.timeline]
    assert sum(kept[:-2]) / len(kept[:-2]) < 4096


def test_users_of_the_warm_up_reach_listeners_only() -> None:
    collector, heard = MetricsCollector(), []
    collector.add_listener(heard.append)
    collector.start_collection(warm_up_s=1)
    for second in range(2):
        collector.add_counts(second, users=7 + second, iterations=1)
    collector.stop_collection()
    assert [(window.start_s, window.users) for window in heard] == [(0, 7), (1, 8)]
    assert [(row.start_s, row.users) for row in collector.timeline] == [(1, 8)]
    assert collector.iterations == 1


def test_the_warm_up_of_an_earlier_collection_is_forgotten() -> None:
    collector = MetricsCollector()
    collector.start_collection(warm_up_s=1)
    collector.stop_collection()
    collector.start_collection()
    collector.record_response_time(1.0)
    assert (collector.totals().requests, collector.warm_up) == (1, None)
