"""The shape of a load is exact, however many workers share it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.performance.engines.native.shape import active_spans, constant_arrivals, poisson_arrivals, share

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
