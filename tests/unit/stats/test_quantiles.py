"""Quantile intervals: published ranks, scipy's binomial, histograms, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from adapters.performance.stats import quantile_interval


@pytest.mark.parametrize(
    ("n", "low", "high"),
    # Ranks of the 95 % interval of a median (Conover 1999, table A3; Campbell and Gardner 1988, table 3).
    [(6, 1, 6), (10, 2, 9), (15, 4, 12), (20, 6, 15), (30, 10, 21), (50, 18, 33), (100, 40, 61)],
)
def test_the_ranks_of_a_median_are_those_of_the_tables(n: int, low: int, high: int) -> None:
    result = quantile_interval(np.arange(1, n + 1), 0.5)
    assert result is not None
    assert (result.low, result.high) == (low, high)


def test_five_values_do_not_bound_their_median_at_95_per_cent() -> None:
    assert quantile_interval([1, 2, 3, 4, 5], 0.5) is None
    assert quantile_interval([1, 2, 3, 4, 5], 0.5, 0.9) is not None


@settings(deadline=None)
@given(st.integers(1, 3000), st.floats(0.01, 0.999), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_ranks_are_the_nearest_that_scipys_binomial_allows(n: int, q: float, confidence: float) -> None:
    result = quantile_interval(np.arange(1, n + 1), q, confidence, min_beyond=0)
    binomial = scipy_stats.binom(n, q)
    tail = (1 - confidence) / 2
    if result is None:
        assert binomial.cdf(0) > tail * (1 - 1e-9) or binomial.sf(n - 1) > tail * (1 - 1e-9)
        return
    low, high = int(result.low), int(result.high)
    assert binomial.cdf(low - 1) <= tail * (1 + 1e-9)
    assert binomial.cdf(low) > tail * (1 - 1e-9)
    assert binomial.sf(high - 1) <= tail * (1 + 1e-9)
    assert binomial.sf(high - 2) > tail * (1 - 1e-9)
    assert result.confidence == pytest.approx(binomial.cdf(high - 1) - binomial.cdf(low - 1))
    assert result.confidence >= confidence - 1e-9


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=30, max_size=200), st.floats(0.1, 0.9))
def test_a_histogram_says_what_its_values_say(values: list[int], q: float) -> None:
    seen, counts = np.unique(values, return_counts=True)
    assert quantile_interval(seen, q, counts=counts) == quantile_interval(np.sort(values), q)


@settings(deadline=None)
@given(st.integers(20, 500), st.integers(25, 75))
def test_the_estimate_is_the_value_at_the_quantiles_rank(n: int, percent: int) -> None:
    result = quantile_interval(np.arange(1, n + 1), percent / 100)
    assert result is not None
    assert result.estimate == -(-n * percent // 100)  # n·q rounded up, without an error of floats
    assert result.contains(result.estimate)


def test_it_covers_the_true_quantile_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    results = [quantile_interval(np.sort(rng.exponential(size=500)), 0.95) for _ in range(1500)]
    truth = -np.log(0.05)
    covered = [result is not None and result.contains(truth) for result in results]
    assert 0.94 <= np.mean(covered) <= 0.98  # the steps of the binomial make it 0.96


def test_a_quantile_with_too_few_values_beyond_is_not_told() -> None:
    values = np.arange(10_000)
    assert quantile_interval(values, 0.99, min_beyond=100) is not None
    assert quantile_interval(values, 0.995, min_beyond=100) is None
    assert quantile_interval(values, 0.005, min_beyond=100) is None
    assert quantile_interval(values[:100], 0.99) is None  # no value is far enough out


def test_a_billion_values_in_a_histogram_take_no_longer() -> None:
    counts = np.full(1000, 1_000_000)
    result = quantile_interval(np.arange(1000), 0.999, counts=counts)
    assert result is not None
    assert (result.low, result.estimate, result.high) == (998, 998, 999)


@pytest.mark.parametrize(
    ("values", "counts", "message"),
    [
        ([2, 1], None, "ascending"),
        ([], None, "at least 1"),
        ([1, 2], [1], "as many as values"),
        ([1, 2], [1, -1], "none negative"),
        ([1, 2], [0.5, 1], "whole numbers"),
        ([1, 2], [0, 0], "all are 0"),
    ],
)
def test_bad_data_is_named(values: list[float], counts: list[int] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        quantile_interval(values, 0.5, counts=counts)
