"""Watching thresholds while a run goes on: which ends it, when, and what ends nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.performance.metrics.changes import Change
from adapters.performance.metrics.watch import Breach, Watch
from adapters.performance.metrics.window import RequestStats, Window
from adapters.performance.plan.thresholds import parse_threshold


def window(second: int, ms: float = 10.0, count: int = 10, name: str = "page", failures: int = 0) -> Window:
    stats = RequestStats(count, failures)
    stats.latency.record([ms * 1e6] * count)
    return Window(second, requests={name: stats})


def ended_at(
    text: str | Sequence[str],
    windows: Sequence[Window],
    *,
    warm_up_s: int = 0,
    load_s: float | None = None,
    changes: Sequence[Change] = (),
) -> tuple[int, str, float] | None:
    breaches: list[Breach] = []
    texts = [text] if isinstance(text, str) else text
    watch = Watch(
        [parse_threshold(one) for one in texts],
        breaches.append,
        warm_up_s=warm_up_s,
        load_s=load_s,
        changes=lambda: changes,
    )
    for one in windows:
        watch.take(one)
    assert len(breaches) <= 1
    return (breaches[0].at_s, breaches[0].threshold.expression, breaches[0].actual) if breaches else None


GOOD = [window(second) for second in range(10)]
SLOW_FROM_4 = [window(second, 10.0 if second < 4 else 100.0) for second in range(10)]


def test_what_holds_ends_nothing() -> None:
    assert ended_at("p95 < 20ms abort", GOOD) is None
    assert ended_at("p95 < 1ms", GOOD) is None, "it does not say abort"


def test_without_a_window_all_that_was_measured_until_then_counts() -> None:
    assert ended_at("p50 < 20ms abort", SLOW_FROM_4) == (9, "p50 < 20ms abort", pytest.approx(100, rel=1e-3))
    assert ended_at("max < 20ms abort", SLOW_FROM_4) == (5, "max < 20ms abort", pytest.approx(100, rel=1e-3))


def test_with_a_window_its_last_seconds_count() -> None:
    assert ended_at("p50 < 20ms for 2s abort", SLOW_FROM_4) == (
        6,
        "p50 < 20ms for 2s abort",
        pytest.approx(100, rel=1e-3),
    )


def test_nothing_ends_the_run_before_its_delay_is_over() -> None:
    assert ended_at("p50 < 1ms abort after 7s", GOOD) == (
        7,
        "p50 < 1ms abort after 7s",
        pytest.approx(10, rel=1e-3),
    )
    assert ended_at("p50 < 1ms abort after 500ms", GOOD) is not None
    assert ended_at("p50 < 1ms abort after 11s", GOOD) is None


def test_the_first_that_is_missed_ends_it_and_no_other() -> None:
    found = ended_at(["p99 < 20ms abort", "max < 50ms abort", "p95 < 1ms"], SLOW_FROM_4)
    assert found is not None
    assert found[:2] == (5, "p99 < 20ms abort")


def test_a_second_without_a_report_had_no_requests() -> None:
    gap = [*GOOD[:3], *GOOD[6:]]
    assert ended_at("throughput > 1/s for 2s abort", gap) == (5, "throughput > 1/s for 2s abort", 0)
    assert ended_at("p95 < 20ms for 2s abort", gap) is None, "nothing is known of it, which ends nothing"


def test_the_warm_up_is_not_measured_and_the_delay_counts_from_its_end() -> None:
    assert ended_at("max < 20ms abort", SLOW_FROM_4[:6], warm_up_s=6) is None
    found = ended_at("max < 20ms abort after 2s", SLOW_FROM_4, warm_up_s=3)
    assert found is not None
    assert found[0] == 5


def test_when_the_load_is_over_there_is_nothing_left_to_end() -> None:
    assert ended_at("max < 20ms abort", SLOW_FROM_4, load_s=5) is None
    assert ended_at("max < 20ms abort", SLOW_FROM_4, load_s=6) is not None


def test_a_pause_is_no_lack_of_throughput() -> None:
    paused = [Change(t=3.0, what="pause"), Change(t=6.0, what="resume")]
    gap = [*GOOD[:3], *GOOD[6:]]
    assert ended_at("throughput > 9/s for 2s abort", gap, changes=paused) is None
    assert ended_at("throughput > 9/s abort", gap, changes=paused) is None
    assert ended_at("throughput > 9/s abort", gap) is not None


def test_a_threshold_on_one_request_looks_at_no_other() -> None:
    both = [
        Window(one.start_s, requests={**one.requests, **window(one.start_s, 100, name="slow").requests})
        for one in GOOD
    ]
    assert ended_at("page: max < 20ms abort", both) is None
    found = ended_at("slow: max < 20ms abort", both)
    assert found is not None
    assert found[0] == 1


def test_a_run_that_is_over_is_not_ended_again() -> None:
    breaches: list[Breach] = []
    watch = Watch([parse_threshold("max < 1ms abort")], breaches.append)
    watch.close()
    watch.take(GOOD[0])
    assert breaches == []
