"""The course of a process: how many calls come when, driven by made-up times."""

import pytest

from adapters.performance.microbench.course import CoursePlan, Measured, course, go_on
from adapters.performance.microbench.timing import Value

RESOLUTION_S = 1e-7


def drive(plan, seconds_of):
    """The blocks of calls that were asked for, and what was measured; ``seconds_of(calls, block)`` says how long."""
    blocks, steps, value = [], course(plan, RESOLUTION_S), None
    while not isinstance(step := go_on(steps, value), Measured):
        time_s = seconds_of(step, len(blocks))
        blocks.append(step)
        value = Value(step, time_s, time_s)
    return blocks, step


def plan(iterations=None, warmup=None, values=20, min_time_s=0.005, warmup_cap_s=1.0, at_once=1):
    return CoursePlan(iterations, warmup, values, min_time_s, warmup_cap_s, at_once)


@pytest.mark.parametrize("call_s", [2e-8, 1e-6, 1e-4, 0.004])
def test_values_are_as_long_as_was_asked(call_s):
    _, measured = drive(plan(), lambda calls, _: calls * call_s)
    assert len(measured.values) == 20
    assert all(0.005 <= value.elapsed_s < 0.02 for value in measured.values)
    assert measured.stable


def test_a_coarse_clock_makes_values_longer():
    _, measured = drive(plan(min_time_s=1e-6), lambda calls, _: calls * 1e-7)
    assert all(value.elapsed_s >= 1000 * RESOLUTION_S for value in measured.values)


def test_warm_up_goes_on_while_times_fall():
    _, quick = drive(plan(), lambda calls, block: calls * 1e-4)
    blocks, slow = drive(plan(), lambda calls, block: calls * 1e-4 * (1 + max(0, 40 - block) / 20))
    assert slow.warmup_calls > quick.warmup_calls
    assert slow.stable
    assert len(blocks) > 60


def test_warm_up_ends_at_its_cap_and_says_so():
    _, measured = drive(plan(warmup_cap_s=1e-9), lambda calls, block: calls * 1e-4 * (1 + block))
    assert measured.stable is False


@pytest.mark.parametrize(("calls", "warmup"), [(1, 0), (7, 3), (1000, 10), (23, None)])
def test_iterations_are_exactly_that_many_measured_calls(calls, warmup):
    blocks, measured = drive(plan(calls, warmup), lambda calls, _: calls * 1e-4)
    assert sum(value.calls for value in measured.values) == calls
    assert sum(blocks) == calls + measured.warmup_calls
    assert measured.warmup_calls == (1 + calls // 10 if warmup is None else warmup)
    assert measured.stable is None


def test_slow_functions_have_fewer_values():
    _, measured = drive(plan(), lambda calls, _: calls * 1.0)
    assert len(measured.values) == 3


@pytest.mark.parametrize("settings", [{}, {"iterations": 100}])
def test_every_value_has_as_many_calls_as_are_under_way_at_once(settings):
    _, measured = drive(plan(at_once=30, **settings), lambda calls, _: calls * 0.002)
    assert all(value.calls >= 30 for value in measured.values)
