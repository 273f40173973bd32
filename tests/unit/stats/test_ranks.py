"""Mann-Whitney agrees with the published tables, with R, with scipy, and with counting every arrangement."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from adapters.performance.stats import mann_whitney
from adapters.performance.stats.ranks import exact_is_affordable, u_distribution

# Hollander and Wolfe 1999, example 4.1: water permeability of human chorioamnion at term, and at 12 to 26 weeks.
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]

tied = st.lists(st.integers(0, 4), min_size=2, max_size=6)


def test_the_example_of_hollander_and_wolfe_comes_out_as_in_r() -> None:
    result = mann_whitney(AT_TERM, EARLY)
    assert (result.u, result.exact) == (35, True)
    assert round(result.p, 4) == 0.2544  # wilcox.test(x, y, exact = TRUE)


@pytest.mark.parametrize(
    ("m", "n", "critical"),
    # The two-sided 5 % column of the tables: the largest U that is significant (Siegel 1956, table K).
    [(4, 4, 0), (5, 5, 2), (5, 8, 6), (6, 6, 5), (8, 8, 13), (10, 10, 23), (15, 15, 64), (20, 20, 127)],
)
def test_critical_values_are_those_of_the_tables(m: int, n: int, critical: int) -> None:
    below = 2 * np.cumsum(u_distribution(m, n))
    assert below[critical] <= 0.05 < below[critical + 1]


@pytest.mark.parametrize(("m", "n"), [(2, 3), (5, 5), (7, 30), (30, 7), (60, 60)])
def test_without_ties_it_is_scipys_exact_test(m: int, n: int) -> None:
    rng = np.random.default_rng(m * n)
    a, b = rng.normal(size=m), rng.normal(0.5, 1, size=n)
    ours, theirs = mann_whitney(a, b), scipy_stats.mannwhitneyu(a, b, method="exact")
    assert ours.exact
    assert (ours.u, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)


@pytest.mark.parametrize("decimals", [8, 1])
def test_large_samples_get_scipys_normal_approximation_ties_or_not(decimals: int) -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=400).round(decimals), rng.normal(0.2, 1, size=300).round(decimals)
    ours, theirs = mann_whitney(a, b), scipy_stats.mannwhitneyu(a, b, method="asymptotic")
    assert not ours.exact
    assert (ours.u, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(tied, tied)
def test_with_ties_it_counts_what_listing_every_arrangement_counts(a: list[int], b: list[int]) -> None:
    pooled = scipy_stats.rankdata(a + b)
    sums = [sum(chosen) for chosen in combinations(pooled, len(a))]
    seen = sum(pooled[: len(a)])
    low = np.mean([total <= seen + 1e-9 for total in sums])
    high = np.mean([total >= seen - 1e-9 for total in sums])
    result = mann_whitney(a, b)
    assert result.exact
    assert result.p == pytest.approx(min(1, 2 * min(low, high)))


@settings(deadline=None, max_examples=60)
@given(tied, tied)
def test_exchanging_the_samples_keeps_p_and_mirrors_u(a: list[int], b: list[int]) -> None:
    one, other = mann_whitney(a, b), mann_whitney(b, a)
    assert one.p == pytest.approx(other.p)
    assert one.u + other.u == len(a) * len(b)


def test_the_exact_and_the_normal_p_meet_where_one_takes_over() -> None:
    assert exact_is_affordable(70, 70)
    assert not exact_is_affordable(90, 90)
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=70), rng.normal(0.2, 1, size=70)
    normal = scipy_stats.mannwhitneyu(a, b, method="asymptotic").pvalue
    assert mann_whitney(a, b).p == pytest.approx(normal, rel=0.05)


@pytest.mark.parametrize("size", [5, 200])
def test_samples_of_one_and_the_same_value_do_not_differ(size: int) -> None:
    assert mann_whitney([1.5] * size, [1.5] * size).p == 1
