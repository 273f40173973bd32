"""Rates: the tables of Newcombe's two papers, scipy, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from adapters.performance.stats import newcombe, wilson

counts = st.integers(0, 40).flatmap(lambda k: st.tuples(st.just(k), st.integers(max(k, 1), 60)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_one_rate_is_as_in_newcombes_table(successes: int, n: int, low: float, high: float) -> None:
    result = wilson(successes, n)
    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_is_as_in_newcombes_table(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float
) -> None:
    result = newcombe(*a, *b)
    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


@given(counts, st.floats(0.5, 0.999))
def test_one_rate_is_scipys(count: tuple[int, int], confidence: float) -> None:
    theirs = scipy_stats.binomtest(*count).proportion_ci(confidence, method="wilson")
    ours = wilson(*count, confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert ours.contains(ours.estimate)


@given(counts, counts)
def test_exchanging_the_rates_mirrors_the_difference(a: tuple[int, int], b: tuple[int, int]) -> None:
    one, other = newcombe(*a, *b), newcombe(*b, *a)
    assert (one.estimate, one.low, one.high) == pytest.approx((-other.estimate, -other.high, -other.low))


def test_it_covers_a_difference_of_small_error_rates() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.binomial(500, 0.02, size=1500), rng.binomial(800, 0.01, size=1500)
    covered = [newcombe(int(x), 500, int(y), 800).contains(0.01) for x, y in zip(a, b, strict=True)]
    assert 0.93 <= np.mean(covered) <= 0.98


def test_a_huge_count_does_not_overflow_and_zero_errors_have_a_bound() -> None:
    result = wilson(0, 10**12)
    assert result.low == 0
    assert 0 < result.high < 1e-11
    assert wilson(10**12, 10**12).high == 1


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 5), (0, 0), (1.5, 3)])
def test_counts_that_cannot_be_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match=r"successes|n must"):
        wilson(successes, n)
