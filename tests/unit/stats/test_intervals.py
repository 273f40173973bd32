"""An interval is an estimate with two ends in order, on a plain or a logarithmic scale."""

from __future__ import annotations

import math

import pytest

from adapters.performance.stats import Interval


def test_both_ends_belong_to_it() -> None:
    interval = Interval(2, 1, 4, 0.95)
    assert (interval.contains(1), interval.contains(4)) == (True, True)
    assert (interval.contains(0.999), interval.contains(4.001)) == (False, False)


def test_its_width_is_told_plain_and_as_a_share_of_the_estimate() -> None:
    assert Interval(2, 1, 4, 0.95).width == 3
    assert Interval(-2, -4, -1, 0.95).relative_width == 1.5
    assert Interval(0, -1, 1, 0.95).relative_width == math.inf
    assert Interval(0, 0, 0, 0.95).relative_width == 0


def test_a_difference_of_logarithms_becomes_a_ratio_and_back() -> None:
    logs = Interval(math.log(1.1), math.log(0.9), math.log(1.5), 0.9)
    ratio = logs.exp()
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx((1.1, 0.9, 1.5))
    back = ratio.log()
    assert (back.estimate, back.low, back.high) == pytest.approx((logs.estimate, logs.low, logs.high))
    assert (ratio.confidence, back.confidence) == (0.9, 0.9)


def test_an_end_that_is_too_large_for_a_float_is_infinite_as_a_ratio() -> None:
    assert Interval(0, -1e6, 1e6, 0.95).exp() == Interval(1, 0, math.inf, 0.95)


def test_a_ratio_that_is_not_positive_has_no_logarithm() -> None:
    with pytest.raises(ValueError, match="only a positive ratio"):
        Interval(1, 0, 2, 0.95).log()


@pytest.mark.parametrize("ends", [(2, 1), (math.nan, 1), (1, math.nan)])
def test_ends_that_are_out_of_order_or_no_numbers_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(1, *ends, 0.95)


@pytest.mark.parametrize("confidence", [0, -0.5, 1.01, math.nan])
def test_a_confidence_that_is_no_share_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie"):
        Interval(1, 1, 1, confidence)
