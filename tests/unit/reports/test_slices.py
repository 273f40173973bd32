"""A run's seconds put together: nothing averaged that cannot be, nothing invented, nothing lost."""

from __future__ import annotations

import pytest
from tests.unit.reports.made import read_back, run, stats

from adapters.performance.metrics import RequestStats
from adapters.performance.reports.run.planned import planned
from adapters.performance.reports.run.slices import slices, step


def of(*seconds: list[float], **changes):
    return run([{"a": stats(times)} if times else {} for times in seconds], **changes)


def test_percentiles_of_a_slice_are_those_of_all_its_requests():
    (first,) = slices(of([1.0] * 99, [100.0]), 1)
    assert first.times_ms["p50"] == pytest.approx(1, rel=0.001)
    assert first.times_ms["max"] == pytest.approx(100)
    assert first.requests == 100
    assert first.rate(first.requests) == 50


def test_without_histograms_a_slice_has_the_slowest_second_for_percentiles_cannot_be_averaged():
    (first,) = slices(read_back(of([1.0] * 99, [100.0])), 1)
    assert first.times_ms["p50"] == pytest.approx(100)
    assert first.latency is None


def test_a_second_without_a_request_is_there_and_has_no_times():
    empty = slices(of([1.0], [], [1.0]), 10)[1]
    assert (empty.start_s, empty.requests) == (1, 0)
    assert empty.rate(empty.requests) == 0
    assert empty.times_ms["p50"] is None


def test_the_last_slice_ends_with_the_run():
    last = slices(of([1.0], [1.0], duration_s=1.5), 10)[-1]
    assert (last.start_s, last.end_s) == (1, 1.5)
    assert last.rate(last.requests) == 2


def test_a_last_moment_too_short_for_a_rate_belongs_to_the_second_before():
    (first, last) = slices(of([1.0], [1.0], [1.0], duration_s=2.03), 10)
    assert (last.start_s, last.end_s, last.requests) == (1, 2.03, 2)
    assert first.requests == 1


@pytest.mark.parametrize(
    ("seconds", "most", "each"), [(600, 600, 1), (601, 600, 2), (3600, 600, 6), (86_400, 600, 300)]
)
def test_a_slice_has_a_round_number_of_seconds(seconds, most, each):
    assert step(seconds, most) == each


def test_statuses_that_one_second_does_not_know_are_unknown_of_the_slice():
    unknown = RequestStats(1)
    unknown.latency.record([1e6])
    both = run([{"a": stats([1.0])}, {"a": unknown}])
    assert slices(both, 1)[0].status_codes is None
    assert slices(both, 2)[0].status_codes == {200: 1}


def test_the_warm_up_is_no_slice():
    assert [part.start_s for part in slices(of([1.0], [1.0], [1.0], warm_up_s=1), 10)] == [1, 2]


def test_nothing_measured_is_no_slice():
    assert slices(of(), 10) == []


# What was asked for


def at(load: dict, *seconds: float) -> list[float | None]:
    plan = planned({"load": load})
    assert plan is not None
    return [plan.at(second) for second in seconds]


def test_the_plan_is_a_curve_over_time():
    assert at({"users": 10, "duration": 20.0, "ramp_up": 10.0}, 0, 5, 15, 20, 21) == [0, 5, 10, 10, None]
    assert at({"rate": 4.0, "duration": 10.0}, 0, 10) == [4, 4]


def test_a_jump_is_a_jump():
    stages = [
        {"duration": 5.0, "rate": 10.0},
        {"duration": 0.0, "rate": 50.0},
        {"duration": 5.0, "rate": 50.0},
    ]
    assert at({"stages": stages}, 4, 5, 6) == [8, 50, 50]


def test_the_plateau_is_the_longest_stretch_of_one_level():
    stages = [
        {"duration": time, "users": level}
        for time, level in ((5, 10), (5, 10), (5, 10), (5, 20), (8, 20), (4, 0))
    ]
    plan = planned({"load": {"stages": stages}})
    assert plan is not None
    assert plan.plateau() == (5, 15)


@pytest.mark.parametrize(
    "plan", [{}, {"load": None}, {"load": {"iterations": 5}}, {"load": {"from": "another version"}}]
)
def test_a_plan_without_a_curve_has_none(plan):
    assert planned(plan) is None
