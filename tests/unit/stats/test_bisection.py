"""Probabilistic bisection finds a limit by answers that are sometimes wrong, and knows how well it knows it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from adapters.performance.stats import Bisection

Probe = Callable[[float], bool]


def search(probe: Probe, *, probes: int = 40, softness: float = 0.0, reliability: float = 0.9) -> Bisection:
    bisection = Bisection(80, 320, softness=softness)
    for _ in range(probes):
        rate = bisection.ask()
        bisection.tell(rate, probe(rate), reliability)
        if bisection.interval().relative_width < 0.05:
            break
    return bisection


def covered(softness: float, make: Callable[[float, np.random.Generator], Probe]) -> list[tuple[bool, float]]:
    """Of 150 searches: was the true limit in the interval, and how far off was the estimate?"""
    rng = np.random.default_rng(1)
    outcomes = []
    for _ in range(150):
        limit = math.exp(rng.uniform(math.log(100), math.log(250)))
        interval = search(make(limit, rng), softness=softness).interval()
        outcomes.append((interval.contains(limit), abs(interval.estimate / limit - 1)))
    return outcomes


def stalling(limit: float, rng: np.random.Generator) -> Probe:
    return lambda rate: rate < limit and rng.random() > 0.1


def soft(limit: float, rng: np.random.Generator) -> Probe:
    return lambda rate: rng.random() < 1 / (1 + (rate / limit) ** (1 / 0.03))


def test_certain_answers_halve_the_range_on_the_logarithmic_scale() -> None:
    bisection = Bisection(100, 1600, softness=0, outside=0)
    asked = []
    for _ in range(4):
        asked.append(bisection.ask())
        bisection.tell(asked[-1], asked[-1] < 300, reliability=1)
    assert asked == pytest.approx([400, 200, 282.84, 336.36], rel=1e-4)
    interval = bisection.interval(0.99)
    assert interval.contains(300)
    assert interval.low > 282
    assert interval.high < 337


def test_an_answer_weighs_the_two_sides_as_the_paper_says() -> None:
    # Waeber, Frazier and Henderson 2013, section 2: from a uniform belief, the side pointed to gets the reliability.
    bisection = Bisection(100, 10_000, softness=0, outside=0)
    bisection.tell(1000, True, 0.8)
    # 80 % lies in 1000 to 10000, so the median is at (0.5 - 0.2) / 0.8 of it, and 10 % at half of the lower part.
    assert bisection.ask() == pytest.approx(10 ** (3 + 0.375), rel=1e-6)
    assert bisection.interval(0.8).low == pytest.approx(10**2.5, rel=1e-6)


def test_stalls_do_not_lead_it_astray() -> None:
    outcomes = covered(0.0, stalling)
    assert np.mean([inside for inside, _ in outcomes]) >= 0.9
    assert np.median([error for _, error in outcomes]) <= 0.01
    assert np.mean([error > 0.1 for _, error in outcomes]) <= 0.05


def test_a_soft_limit_is_covered_if_softness_is_allowed_for() -> None:
    outcomes = covered(0.03, soft)
    assert np.mean([inside for inside, _ in outcomes]) >= 0.9
    assert np.median([error for _, error in outcomes]) <= 0.03


def test_a_soft_limit_taken_for_a_sharp_one_is_not() -> None:
    assert np.mean([inside for inside, _ in covered(0.0, soft)]) < 0.8


def test_of_several_softnesses_the_answers_tell_which_it_is() -> None:
    possible = (0.003, 0.01, 0.03, 0.1)
    outcomes, told = [], []
    rng = np.random.default_rng(1)
    for _ in range(100):
        limit = math.exp(rng.uniform(math.log(100), math.log(250)))
        bisection, probe = Bisection(80, 320, softness=possible), soft(limit, rng)
        for _ in range(80):
            rate = bisection.ask()
            bisection.tell(rate, probe(rate), 0.97)
        outcomes.append(bisection.interval().contains(limit))
        told.append(bisection.likely_softness)
    assert np.mean(outcomes) >= 0.9
    assert 0.02 <= np.median(told) <= 0.045
    sharp = Bisection(80, 320, softness=possible)
    for _ in range(40):
        rate = sharp.ask()
        sharp.tell(rate, rate < 200, 0.97)
    assert sharp.likely_softness < 0.02


def test_without_any_softness_nothing_is_known() -> None:
    with pytest.raises(ValueError, match="softness"):
        Bisection(80, 320, softness=())


def test_a_limit_above_the_range_is_only_known_to_be_at_least_its_end() -> None:
    bisection = search(lambda rate: True)
    interval = bisection.interval()
    assert (interval.estimate, interval.high) == (320, math.inf)
    assert 300 < interval.low <= 320
    assert bisection.ask() == 320
    assert bisection.outside[1] > 0.9


def test_a_limit_below_the_range_is_only_known_to_be_at_most_its_end() -> None:
    bisection = search(lambda rate: False)
    interval = bisection.interval()
    assert (interval.estimate, interval.low) == (80, 0)
    assert 80 <= interval.high < 86
    assert bisection.outside[0] > 0.9


def test_it_asks_for_the_same_rates_again_given_the_same_answers() -> None:
    one, other = (search(lambda rate: rate < 150, probes=6) for _ in range(2))
    assert one.answers == other.answers
    assert len(one.answers) == 6
    assert one.interval() == other.interval()


def test_an_answer_in_doubt_moves_it_less() -> None:
    sure, unsure = Bisection(80, 320), Bisection(80, 320)
    sure.tell(160, True, 0.95)
    unsure.tell(160, True, 0.6)
    assert 160 < unsure.ask() < sure.ask()


def test_before_any_answer_the_interval_is_the_range() -> None:
    interval = Bisection(80, 320, outside=0).interval(0.9)
    assert (interval.estimate, interval.confidence) == (pytest.approx(160), 0.9)
    assert (interval.low, interval.high) == pytest.approx((80 * 4**0.05, 320 / 4**0.05))


def test_certain_answers_that_contradict_each_other_are_refused_and_change_nothing() -> None:
    bisection = Bisection(80, 320, softness=0)
    bisection.tell(200, False, 1)
    before = bisection.interval()
    with pytest.raises(ValueError, match="contradicts"):
        bisection.tell(250, True, 1)
    assert bisection.interval() == before
    assert len(bisection.answers) == 1


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (2, 1), (1, 1), (1, math.inf), (math.nan, 1)])
def test_a_range_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="range of positive rates"):
        Bisection(low, high)


@pytest.mark.parametrize(("option", "value"), [("softness", -0.1), ("softness", math.nan), ("outside", 0.5)])
def test_options_out_of_their_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(ValueError, match=option):
        Bisection(80, 320, **{option: value})


@pytest.mark.parametrize(
    ("rate", "reliability"), [(79, 0.9), (321, 0.9), (100, 0.5), (100, 1.1), (math.nan, 0.9)]
)
def test_answers_that_say_nothing_are_refused(rate: float, reliability: float) -> None:
    with pytest.raises(ValueError, match=r"outside the range|reliability must"):
        Bisection(80, 320).tell(rate, True, reliability)
