"""The shape of a load is exact, however many workers share it."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.engines.native.shape import (
    Schedule,
    active_spans,
    area_until,
    constant_arrivals,
    constant_levels,
    poisson_arrivals,
    poisson_levels,
    share,
)

RAMP = [[0, 0], [10, 10], [20, 10]]


def test_users_start_evenly_over_the_ramp():
    assert [active_spans(RAMP, user)[0][0] for user in range(10)] == pytest.approx(range(10))
    assert active_spans(RAMP, 10) == []


def test_the_last_to_start_are_the_first_to_stop():
    up_and_down = [[0, 0], [0, 4], [10, 4], [14, 0]]
    assert [active_spans(up_and_down, user)[-1][1] for user in range(4)] == pytest.approx([14, 13, 12, 11])


def test_a_user_may_be_active_several_times():
    waves = [[0, 0], [2, 2], [4, 0], [6, 2], [8, 0]]
    assert active_spans(waves, 1) == [(1, 3), (5, 7)]


def test_a_constant_rate_gives_evenly_spaced_arrivals():
    times = list(constant_arrivals([[0, 0], [0, 10], [2, 10]], 0, 1))
    assert times == pytest.approx([k / 10 for k in range(20)])


def test_a_slow_rate_stays_slow():
    assert list(constant_arrivals([[0, 0], [0, 0.5], [5, 0.5]], 0, 1)) == pytest.approx([0, 2, 4])


def test_a_ramp_of_the_rate_is_linear():
    times = list(constant_arrivals([[0, 0], [10, 20]], 0, 1))
    assert len(times) == 100
    assert sum(time < 5 for time in times) == 25


@given(st.integers(1, 7), st.lists(st.tuples(st.integers(0, 5), st.floats(0, 50)), min_size=1, max_size=4))
def test_workers_together_make_every_arrival_once(workers, stages):
    points = [[0.0, 0.0]]
    for length, rate in stages:
        points.append([points[-1][0] + length, rate])
    alone = list(constant_arrivals(points, 0, 1))
    shared = sorted(itertools.chain(*(constant_arrivals(points, w, workers) for w in range(workers))))
    assert shared == pytest.approx(alone)


def test_poisson_arrivals_have_the_rate_and_repeat_with_a_seed():
    points = [[0, 0], [0, 1000], [10, 1000]]
    times = [time for worker in range(3) for time in poisson_arrivals(points, worker, 3, seed=5)]
    assert len(times) == pytest.approx(10_000, abs=500)
    assert list(poisson_arrivals(points, 0, 3, 5)) == times[: len(list(poisson_arrivals(points, 0, 3, 5)))]


@given(st.integers(0, 10**6), st.integers(1, 64))
def test_shares_add_up_exactly(total, workers):
    parts = [share(total, worker, workers) for worker in range(workers)]
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


def taken(schedule, until_s=math.inf):
    """The arrivals of a schedule that are due before a time."""
    times = []
    while schedule.due < until_s:
        times.append(schedule.due)
        schedule.advance()
    return times


def test_a_schedule_that_is_left_alone_is_that_of_the_points():
    assert taken(Schedule(RAMP, constant_levels(0, 1))) == list(constant_arrivals(RAMP, 0, 1))


def test_the_integral_of_the_rate_is_that_of_its_segments():
    assert [area_until(RAMP, at_s) for at_s in (0, 5, 10, 12, 20, 99)] == pytest.approx(
        [0, 12.5, 50, 70, 150, 150]
    )


@given(
    st.integers(1, 5),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 40)), max_size=4).map(sorted),
    st.booleans(),
)
def test_a_rate_that_is_changed_makes_neither_more_nor_fewer_arrivals(workers, changes, by_chance):
    bounds = [*(at_s for at_s, _ in changes), math.inf]
    times = []
    for worker in range(workers):
        levels = poisson_levels(worker, workers, 1) if by_chance else constant_levels(worker, workers)
        schedule = Schedule(RAMP, levels)
        times += taken(schedule, bounds[0])
        for (at_s, rate), end_s in zip(changes, bounds[1:], strict=True):
            schedule.change(rate, at_s)
            assert schedule.due >= at_s
            times += taken(schedule, end_s)
    due = area_until(RAMP, bounds[0]) + sum(
        rate * (min(end_s, 20) - at_s) for (at_s, rate), end_s in zip(changes, bounds[1:], strict=True)
    )
    if not by_chance:
        assert due - 1e-6 <= len(times) <= due + 1 + 1e-6


def test_a_rate_of_nothing_ends_arrivals_until_it_is_more():
    schedule = Schedule([[0, 0], [0, 10], [20, 10]], constant_levels(0, 1))
    taken(schedule, 1)
    schedule.change(0, 1)
    assert schedule.due == math.inf
    schedule.change(2, 5)
    assert taken(schedule)[:3] == pytest.approx([5, 5.5, 6])
