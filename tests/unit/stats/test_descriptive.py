"""Descriptions of a sample: middle, spread, outliers, parts of variance, and a hint of two modes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from adapters.performance.stats import (
    coefficient_of_variation,
    find_modes,
    mad,
    median,
    outliers,
    variance_parts,
)

# Determinations of copper in wholemeal flour in µg/g (Analytical Methods Committee 1989; R package MASS, chem).
COPPER = [2.9, 3.1, 3.4, 3.4, 3.7, 3.7, 2.8, 2.5, 2.4, 2.4, 2.7, 2.2]
COPPER += [5.28, 3.37, 3.03, 3.03, 28.95, 3.77, 3.4, 2.2, 3.5, 3.6, 3.7, 3.7]

samples = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def test_middle_and_spread_of_the_copper_data_are_those_of_r() -> None:
    assert median(COPPER) == pytest.approx(3.385)
    assert 1.4826 * mad(COPPER) == pytest.approx(0.526323)  # mad(chem)


@given(samples)
def test_the_absolute_deviation_is_scipys(values: list[float]) -> None:
    assert mad(values) == pytest.approx(float(scipy_stats.median_abs_deviation(values)))


def test_the_coefficient_of_variation_has_no_unit_and_no_value_around_zero() -> None:
    assert coefficient_of_variation([9, 10, 11]) == pytest.approx(0.1)
    assert coefficient_of_variation([-900, -1000, -1100]) == pytest.approx(0.1)
    assert coefficient_of_variation([-1, 1]) is None


def test_the_wild_copper_values_are_flagged_and_kept() -> None:
    for method in ("tukey", "mad"):
        flags = outliers(COPPER, method)
        assert len(flags) == len(COPPER)
        assert [value for value, flag in zip(COPPER, flags, strict=True) if flag] == [5.28, 28.95]


def test_normal_values_are_seldom_flagged() -> None:
    values = np.random.default_rng(1).normal(size=100_000)
    assert outliers(values).mean() == pytest.approx(0.007, abs=0.001)
    assert outliers(values, "mad").mean() == pytest.approx(0.0005, abs=0.0003)


def test_an_unknown_way_to_flag_is_refused() -> None:
    with pytest.raises(ValueError, match="'tukey' or 'mad'"):
        outliers(COPPER, "grubbs")  # type: ignore[arg-type]


def test_the_parts_of_variance_are_those_of_the_textbook() -> None:
    # Dyestuff (Davies 1949; R package lme4): yields of 6 batches; lmer gives 1764 between and 2451 within.
    dyestuff = [
        [1545, 1440, 1440, 1520, 1580],
        [1540, 1555, 1490, 1560, 1495],
        [1595, 1550, 1605, 1510, 1560],
        [1445, 1440, 1595, 1465, 1545],
        [1595, 1630, 1515, 1635, 1625],
        [1520, 1455, 1450, 1480, 1445],
    ]
    parts = variance_parts(dyestuff)
    assert (round(parts.between), round(parts.within)) == (1764, 2451)
    assert parts.share_between == pytest.approx(1764.05 / (1764.05 + 2451.25), rel=1e-4)


def test_groups_of_unequal_size_give_back_what_they_were_made_of() -> None:
    rng = np.random.default_rng(2)
    groups = [rng.normal(rng.normal(0, 3), 2, size=size) for size in rng.integers(1, 20, size=2000)]
    parts = variance_parts(groups)
    assert (parts.between, parts.within) == (pytest.approx(9, rel=0.1), pytest.approx(4, rel=0.1))


def test_groups_that_do_not_differ_have_no_variance_between_them() -> None:
    assert variance_parts([[1, 3], [3, 1], [2, 2]]).between == 0
    assert variance_parts([[2, 2], [2, 2]]).share_between is None


@pytest.mark.parametrize("groups", [[], [[1, 2]], [[1], [2]]])
def test_groups_too_few_or_too_small_are_refused(groups: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="at least 2 groups"):
        variance_parts(groups)


def test_two_modes_far_apart_are_seen_and_told_apart() -> None:
    rng = np.random.default_rng(3)
    result = find_modes(np.concatenate([rng.normal(10, 1, size=70), rng.normal(18, 1, size=30)]))
    assert result is not None
    assert result.bimodal
    assert result.means == (pytest.approx(10, abs=0.5), pytest.approx(18, abs=0.7))
    assert 12 < result.cut < 16
    assert result.explains > 0.9


DRAWS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda rng, size: rng.normal(size=size),
    "uniform": lambda rng, size: rng.random(size),
    "exponential": lambda rng, size: rng.exponential(size=size),
    "lognormal": lambda rng, size: rng.lognormal(size=size),
    "heavy tails": lambda rng, size: rng.standard_t(3, size=size),
}


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("size", [12, 60])
def test_a_single_hump_is_seldom_called_two(name: str, size: int) -> None:
    rng = np.random.default_rng(4)
    hints = [find_modes(DRAWS[name](rng, size)) for _ in range(200)]
    assert np.mean([hint is not None and hint.bimodal for hint in hints]) <= 0.05


@pytest.mark.parametrize("wild", [1, 4])
def test_a_few_wild_values_are_no_mode(wild: int) -> None:
    result = find_modes(np.append(np.random.default_rng(5).normal(size=60), [1000] * wild))
    assert result is not None
    assert not result.bimodal


def test_too_few_values_or_equal_ones_give_no_hint() -> None:
    assert find_modes([1] * 5 + [9] * 4) is None
    assert find_modes([3] * 50) is None
