"""Universal Scalability Law: Gunther's data fitted as in R, the bounds, and what makes a fit doubtful."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from adapters.performance.stats import fit_usl

# SPEC SDM91 on a Sun SPARCcenter 2000 (Gunther 2007, Guerrilla Capacity Planning, chapter 5; R package usl, specsdm91).
LOAD = [1, 18, 36, 72, 108, 144, 216]
THROUGHPUT = [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2]


def law(load: np.ndarray, one: float, contention: float, coherency: float) -> np.ndarray:
    return one * load / (1 + contention * (load - 1) + coherency * load * (load - 1))


def test_gunthers_data_are_fitted_as_by_the_r_package() -> None:
    fit = fit_usl(LOAD, THROUGHPUT)
    assert round(fit.contention, 7) == 0.0277285
    assert round(fit.coherency, 7) == 0.0001044
    assert round(fit.rate_of_one, 4) == 89.9952
    quartiles = np.quantile(fit.residuals, [0, 0.25, 0.5, 0.75, 1])
    assert quartiles.round(1).tolist() == [-81.7, -48.3, -25.1, 29.5, 111.1]
    assert fit.peak_load == pytest.approx(((1 - 0.0277285) / 0.0001044) ** 0.5, rel=1e-3)
    assert fit.peak_supported
    assert fit.doubts == ()


def test_the_r_packages_own_test_data_are_fitted_as_there() -> None:
    fit = fit_usl([1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557])
    assert (fit.rate_of_one, fit.contention, fit.coherency) == pytest.approx((1, 0.02, 0.02), rel=1e-3)


@settings(deadline=None, max_examples=50)
@given(st.floats(0.1, 1e4), st.floats(0, 0.5), st.floats(0, 0.01))
def test_data_that_follow_the_law_give_it_back(one: float, contention: float, coherency: float) -> None:
    load = np.array([1, 2, 4, 8, 16, 32, 64])
    fit = fit_usl(load, law(load, one, contention, coherency))
    assert fit.rate_of_one == pytest.approx(one, rel=1e-6)
    assert (fit.contention, fit.coherency) == pytest.approx((contention, coherency), abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_noisy_data_are_fitted_as_well_as_by_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    load = np.array([1, 2, 4, 8, 16, 24, 32, 48])
    measured = law(load, 100, rng.uniform(0, 0.1), rng.uniform(0, 0.001)) * rng.normal(
        1, 0.05, size=len(load)
    )
    theirs = least_squares(
        lambda p: law(load, p[0] * 100, p[1], p[2]) - measured,
        [1, 0.02, 0.0005],
        bounds=([1e-6, 0, 0], np.inf),
        x_scale=[1, 0.01, 1e-4],
        xtol=1e-12,
        ftol=1e-12,
    )
    fit = fit_usl(load, measured)
    assert sum(residual**2 for residual in fit.residuals) <= 2 * theirs.cost * (1 + 1e-4)
    assert min(fit.contention, fit.coherency) >= 0


def test_throughput_that_grows_faster_than_the_load_is_held_at_no_contention() -> None:
    fit = fit_usl([1, 2, 3, 4, 5, 6], [10, 21, 33, 46, 60, 75])
    assert (fit.contention, fit.coherency) == (0, 0)
    assert fit.rate_of_one > 10
    assert fit.peak_load is None
    assert fit.peak_throughput is None


def test_without_coherency_cost_there_is_no_peak() -> None:
    load = np.array([1, 2, 4, 8, 16, 32])
    fit = fit_usl(load, law(load, 50, 0.1, 0))
    assert fit.coherency == pytest.approx(0, abs=1e-9)
    assert fit.peak_load is None or fit.peak_load > 1000
    assert not fit.peak_supported


def test_throughput_that_falls_from_the_first_user_on_has_no_peak() -> None:
    load = np.array([1, 2, 3, 4, 5, 6])
    fit = fit_usl(load, law(load, 50, 1.5, 0.1))
    assert fit.peak_load is None


def test_throughput_that_only_falls_is_no_fit_unless_one_user_was_measured() -> None:
    load = np.array([2, 3, 4, 5, 8])
    with pytest.raises(ValueError, match="measure lower loads"):
        fit_usl(load, 100 * load / (load - 1))  # what an infinite rate of one would give
    assert fit_usl([1, *load], [400, *(100 * load / (load - 1))]).rate_of_one == pytest.approx(400, rel=0.1)


def test_a_peak_far_beyond_the_load_measured_is_called_a_guess() -> None:
    load = np.array([1, 2, 4, 8, 16, 32])
    fit = fit_usl(load, law(load, 100, 0.02, 1e-4))  # the peak is at 99
    assert fit.peak_load == pytest.approx(98.99, rel=1e-3)
    assert not fit.peak_supported
    assert "that peak is a guess" in fit.doubts[0]


def test_few_loads_are_a_reason_for_doubt() -> None:
    load = np.array([1, 5, 20, 60])
    assert "4 different loads" in fit_usl(load, law(load, 100, 0.02, 1e-3)).doubts[0]


def test_the_law_can_be_asked_for_any_load() -> None:
    fit = fit_usl(LOAD, THROUGHPUT)
    assert fit.throughput(1) == pytest.approx(fit.rate_of_one)
    assert fit.throughput(36) == pytest.approx(1652.4 - fit.residuals[2])
    assert fit.peak_load is not None
    assert fit.peak_throughput == fit.throughput(fit.peak_load)
    assert fit.peak_throughput > max(fit.throughput(load) for load in (50, 90, 105, 150))


def test_a_throughput_that_never_varies_has_no_r_squared() -> None:
    assert fit_usl([1, 2, 3, 4], [5, 5, 5, 5]).r_squared is None


@pytest.mark.parametrize(
    ("load", "throughput", "message"),
    [
        ([1, 2, 3], [1, 2, 3], "at least 4 values"),
        ([1, 2, 2, 1], [1, 2, 2, 1], "4 different loads"),
        ([1, 2, 3, 4], [1, 2, 3, 4, 5], "they must be as many"),
        ([0, 1, 2, 3], [1, 2, 3, 4], "at least 1"),
        ([1, 2, 3, 4], [1, 2, 3, 0], "positive"),
        ([1, 2, 3, 4], [1, 2, 3, float("inf")], "finite"),
    ],
)
def test_bad_data_is_named(load: list[float], throughput: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_usl(load, throughput)


def test_a_hard_limit_is_no_peak_of_the_law() -> None:
    load = np.array([1, 2, 4, 8, 16, 32])
    fit = fit_usl(load, np.minimum(100 * load, 400))
    assert fit.worst_off > 0.1
    assert not fit.peak_supported
    assert len(fit.doubts) == 1
    assert "a hard limit" in fit.doubts[0]
