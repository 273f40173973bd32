"""Shapes of load: what each function and each text on the command line stands for, and what is refused."""

import math

import pytest

from adapters.performance import Plan, UsageError
from adapters.performance.patterns import (
    constant,
    parse_pattern,
    ramp_up,
    soak,
    spike_test,
    stages,
    step_levels,
    stress_test,
)


def points(load):
    """The shape that a plan makes of a load: (seconds, level)."""
    return Plan.for_url("http://x/", load=load).load.points()


def test_constant_is_there_at_once_and_all_the_time():
    assert points(constant(50, "1m")) == [(0, 0), (0, 50), (60, 50)]


def test_a_ramp_begins_at_its_first_level_and_holds_its_last():
    assert points(ramp_up(1, 100, 60, "10s")) == [(0, 0), (0, 1), (60, 100), (70, 100)]
    assert points(ramp_up(100, 1, 60))[1:] == [(0, 100), (60, 1)]


def test_a_spike_returns_to_its_base():
    assert points(spike_test(20, 100, 60, 30)) == [
        (0, 0),
        (0, 20),
        (60, 20),
        (60, 100),
        (90, 100),
        (90, 20),
        (150, 20),
    ]


def test_stress_steps_reach_the_peak():
    assert points(stress_test(25, step_size=10, step_duration=5))[1:] == [
        (0, 10),
        (5, 10),
        (5, 20),
        (10, 20),
        (10, 25),
        (15, 25),
    ]


def test_soak_counts_its_ramp_in():
    assert soak(10, "2h", "1m") == {"users": 10, "duration": 7200, "ramp_up": 60}


def test_shapes_are_of_rates_too():
    plan = Plan.for_url("http://x/", load=ramp_up(0.5, 20, 10, of="rate"))
    assert plan.load.points() == [(0, 0), (0, 0.5), (10, 20)]
    assert plan.load.user_limit == 20


@pytest.mark.parametrize(
    ("start", "peak", "step", "levels"),
    [
        (10, 40, 10, [10, 20, 30, 40]),
        (10, 35, 10, [10, 20, 30, 35]),
        (5, 5, 1, [5]),
        (0.1, 0.3, 0.1, [0.1, 0.2, 0.3]),
    ],
)
def test_steps_include_both_ends(start, peak, step, levels):
    assert step_levels(start, peak, step) == pytest.approx(levels)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("constant:100:60", constant(100, 60)),
        ("ramp:1:100:60", ramp_up(1, 100, 60)),
        ("ramp:1:100:60:5m", ramp_up(1, 100, 60, 300)),
        ("ramp:1/s:99.5/s:1m", ramp_up(1, 99.5, 60, of="rate")),
        ("spike:20:200:1m:30s", spike_test(20, 200, 60, 30)),
        ("stress:200:20:30s", stress_test(200, 20, 30)),
        ("soak:50:8h:10m", soak(50, 28800, 600)),
        ("stages:10:30s,50:0,50:1m", stages((10, 30), (50, 0), (50, 60))),
        ("stages:10/s:30s", stages((10, 30), of="rate")),
    ],
)
def test_a_text_stands_for_the_same_shape(text, same):
    assert parse_pattern(text) == same


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no pattern is called ''"),
        ("rmap:1:2:3", "no pattern is called 'rmap'"),
        ("ramp:1:100", "'ramp' takes 2 LEVELs and 1 or 2 TIMEs"),
        ("ramp:1:100:60:5:5", "'ramp' takes"),
        ("ramp:1::60", "'ramp' takes"),
        ("constant:many:60", "'many' is no level"),
        ("constant:-1:60", "'-1' is no level"),
        ("constant:nan:60", "'nan' is no level"),
        ("constant:1e3:60", "'1e3' is no level"),
        ("constant:10:soon", "not a duration: 'soon'"),
        ("constant:10.5:60", "a number of users is whole"),
        ("ramp:1:100/s:60", "either all users or all iterations per second"),
        ("stages:", "LEVEL:TIME pairs"),
        ("stages:10:30s,", "LEVEL:TIME pairs"),
        ("stress:100:0:10", "a step must raise the load"),
        ("stress:0:10:10", "steps begin above 0"),
    ],
)
def test_a_text_that_is_no_pattern_is_refused_with_the_grammar(text, told):
    with pytest.raises(UsageError) as refused:
        parse_pattern(text)
    assert told in refused.value.message
    assert "ramp:FROM:TO:TIME" in refused.value.hint


@pytest.mark.parametrize(
    "make",
    [
        lambda: constant(-1, 10),
        lambda: constant(math.nan, 10),
        lambda: constant(True, 10),
        lambda: constant(1, "soon"),
        lambda: constant(1, 10, of="apples"),
        lambda: stages(),
        lambda: step_levels(20, 10, 1),
        lambda: step_levels(1, 10, 0),
        lambda: step_levels(1, 1e12, 1),
    ],
)
def test_what_is_no_shape_is_refused(make):
    with pytest.raises(UsageError):
        make()
