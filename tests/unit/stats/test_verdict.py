"""The four verdicts, and the smallest effect that a comparison could have seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from adapters.performance.stats import Interval, hodges_lehmann, judge


def ratio(low: float, high: float) -> Interval:
    return Interval(math.sqrt(low * high), low, high, 0.95).log()


@pytest.mark.parametrize(
    ("low", "high", "change"),
    [
        (1.03, 1.08, "higher"),
        (1.005, 1.08, "higher"),
        (0.90, 0.97, "lower"),
        (0.97, 0.999, "lower"),
        (0.99, 1.01, "equivalent"),
        (1.005, 1.015, "equivalent"),  # no doubt a change, but too small to matter
        (0.99, 1.03, "inconclusive"),
        (0.5, 2.0, "inconclusive"),
    ],
)
def test_the_interval_and_the_margin_make_the_verdict(low: float, high: float, change: str) -> None:
    assert judge(ratio(low, high)).change == change


def test_the_margin_is_the_callers_to_set() -> None:
    assert judge(ratio(1.03, 1.08), margin=0.1).change == "equivalent"
    assert judge(ratio(0.99, 1.01), margin=0.001).change == "inconclusive"


def test_the_margin_is_the_same_in_both_directions() -> None:
    assert judge(ratio(1 / 1.0199, 1.0199)).change == "equivalent"
    assert judge(ratio(1 / 1.0201, 1.0)).change == "inconclusive"
    assert judge(ratio(1.0, 1.0201)).change == "inconclusive"


def test_what_higher_means_depends_on_the_figure() -> None:
    higher, lower, same = judge(ratio(1.1, 1.2)), judge(ratio(0.8, 0.9)), judge(ratio(0.999, 1.001))
    assert (higher.verdict(), lower.verdict(), same.verdict()) == ("slower", "faster", "equivalent")
    assert (higher.verdict(more_is_better=True), lower.verdict(more_is_better=True)) == ("faster", "slower")
    assert (higher.quality(), lower.quality(), same.quality()) == ("worse", "better", "equivalent")
    assert (higher.quality(more_is_better=True), lower.quality(more_is_better=True)) == ("better", "worse")


def test_among_several_comparisons_a_change_needs_its_adjusted_p_too() -> None:
    assert judge(ratio(1.1, 1.2), p_adjusted=0.01).change == "higher"
    assert judge(ratio(1.1, 1.2), p_adjusted=0.2).change == "inconclusive"
    assert judge(ratio(1.1, 1.2), p_adjusted=0.2, alpha=0.25).change == "higher"
    assert judge(ratio(0.999, 1.001), p_adjusted=0.9).change == "equivalent"


def test_the_ratio_is_told_with_its_interval() -> None:
    told = judge(ratio(1.1, 1.2)).ratio
    assert (told.low, told.high) == pytest.approx((1.1, 1.2))


def test_an_effect_as_large_as_the_visible_one_is_found_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)

    def compare(shift: float) -> Interval:
        return hodges_lehmann(rng.normal(shift, 0.02, size=10), rng.normal(0, 0.02, size=10))

    visible = float(np.median([judge(compare(0)).visible_effect(power=0.8) for _ in range(200)]))
    found = [judge(compare(math.log1p(visible))).change == "higher" for _ in range(500)]
    assert 0.7 <= np.mean(found) <= 0.9


def test_more_power_or_a_wider_interval_need_a_larger_effect() -> None:
    narrow, wide = judge(ratio(0.99, 1.03)), judge(ratio(0.9, 1.2))
    assert narrow.visible_effect(0.5) == pytest.approx(math.sqrt(1.03 / 0.99) - 1)
    assert narrow.visible_effect(0.5) < narrow.visible_effect(0.8) < narrow.visible_effect(0.95)
    assert narrow.visible_effect() < wide.visible_effect()


def test_an_interval_without_end_is_inconclusive_and_sees_nothing() -> None:
    judgement = judge(Interval(0.1, -math.inf, math.inf, 1))
    assert judgement.change == "inconclusive"
    assert judgement.visible_effect() == math.inf
    assert judgement.ratio.low == 0


@pytest.mark.parametrize("margin", [0, -0.02, math.nan, math.inf])
def test_a_margin_that_is_none_is_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="margin must be more than 0"):
        judge(ratio(1, 1.1), margin=margin)
