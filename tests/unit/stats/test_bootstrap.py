"""The bootstrap: scipy's own intervals, coverage by simulation, and time kept in blocks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from adapters.performance.stats import block_bootstrap, block_bootstrap_compare, bootstrap, bootstrap_compare

SKEWED = np.random.default_rng(1).lognormal(size=40)


def mean(values: np.ndarray) -> float:
    return float(values.mean())


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_it_gives_scipys_interval_but_for_the_draw(method: str) -> None:
    ours = bootstrap(SKEWED, mean, resamples=10_000, method=method)
    theirs = scipy_stats.bootstrap(
        (SKEWED,), np.mean, n_resamples=10_000, method=method, rng=np.random.default_rng(2)
    ).confidence_interval
    spread = theirs.high - theirs.low
    assert ours.estimate == mean(SKEWED)
    assert ours.low == pytest.approx(theirs.low, abs=0.04 * spread)
    assert ours.high == pytest.approx(theirs.high, abs=0.04 * spread)


def test_bca_moves_the_interval_of_skewed_data_towards_the_long_tail() -> None:
    bca, plain = bootstrap(SKEWED, mean), bootstrap(SKEWED, mean, method="percentile")
    assert bca.low > plain.low
    assert bca.high > plain.high


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_it_covers_nearly_as_often_as_it_says(method: str) -> None:
    rng = np.random.default_rng(3)
    covered = [
        bootstrap(rng.normal(5, 2, size=40), mean, resamples=200, seed=seed, method=method).contains(5)
        for seed in range(200)
    ]
    assert 0.88 <= np.mean(covered) <= 0.99


def test_the_same_seed_gives_the_same_interval_and_another_another() -> None:
    assert bootstrap(SKEWED, mean, seed=4) == bootstrap(SKEWED, mean, seed=4)
    assert bootstrap(SKEWED, mean, seed=4) != bootstrap(SKEWED, mean, seed=5)


def test_a_sample_without_variation_has_an_interval_without_width() -> None:
    result = bootstrap([3.0] * 8, mean)
    assert (result.low, result.high) == (3, 3)


def test_many_values_need_no_pass_for_each_of_them() -> None:
    seen = 0

    def counted(values: np.ndarray) -> float:
        nonlocal seen
        seen += 1
        return float(values.mean())

    result = bootstrap(np.random.default_rng(5).normal(size=20_000), counted, resamples=200)
    assert seen < 500
    assert result.width == pytest.approx(2 * 1.96 / np.sqrt(20_000), rel=0.3)


def test_bca_says_where_it_is_undefined() -> None:
    with pytest.raises(ValueError, match="'percentile' is not"):
        bootstrap(np.arange(30), lambda values: float(len(np.unique(values))))


def test_two_samples_are_compared_by_difference_and_by_ratio() -> None:
    rng = np.random.default_rng(6)
    a, b = rng.normal(110, 5, size=60), rng.normal(100, 5, size=60)
    difference = bootstrap_compare(a, b, mean)
    ratio = bootstrap_compare(a, b, mean, compare="ratio")
    assert difference.estimate == mean(a) - mean(b)
    assert ratio.estimate == mean(a) / mean(b)
    assert difference.width == pytest.approx(2 * 1.96 * np.sqrt(a.var() / 60 + b.var() / 60), rel=0.1)
    assert ratio.width == pytest.approx(difference.width / 100, rel=0.1)


def test_a_sample_compared_with_itself_still_has_its_noise() -> None:
    assert bootstrap_compare(SKEWED, SKEWED, mean).width > bootstrap(SKEWED, mean).width


def test_a_ratio_of_figures_that_are_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="only positive figures"):
        bootstrap_compare([1, 2, 3], [-1, 0, 1], mean, compare="ratio")


def autocorrelated(seed: int, length: int = 400) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=length)
    for index in range(1, length):
        noise[index] += 0.9 * noise[index - 1]
    return noise


def test_blocks_keep_the_dependence_that_single_values_lose() -> None:
    runs = [autocorrelated(seed) for seed in range(40)]
    single = [bootstrap(run, mean, resamples=200).contains(0) for run in runs]
    blocks = [block_bootstrap(run.reshape(-1, 40), mean, resamples=200).contains(0) for run in runs]
    assert np.mean(single) < 0.6  # 95 % was asked for
    assert np.mean(blocks) > 0.7


def test_single_values_in_runs_are_as_good_as_blocks() -> None:
    run = autocorrelated(41)
    blocks = block_bootstrap(run.reshape(-1, 40), mean)
    runs = block_bootstrap(run.reshape(-1, 1), mean, run_length=40)
    assert runs.width == pytest.approx(blocks.width, rel=0.5)
    assert runs.width > 2 * block_bootstrap(run.reshape(-1, 1), mean).width


def test_blocks_can_be_histograms_that_are_added_up() -> None:
    run = np.random.default_rng(7).integers(0, 10, size=(20, 50))
    counts = [np.bincount(second, minlength=10) for second in run]

    def mean_of_counts(total: np.ndarray) -> float:
        return float((total * np.arange(10)).sum() / total.sum())

    added = block_bootstrap(counts, mean_of_counts, combine=lambda parts: np.sum(parts, axis=0))
    joined = block_bootstrap(list(run), mean)
    assert (added.estimate, added.low, added.high) == pytest.approx(
        (joined.estimate, joined.low, joined.high)
    )


def test_blocks_of_unequal_length_and_empty_ones_are_taken_as_they_are() -> None:
    seconds = [[1.0, 2.0], [], [3.0], [4.0, 5.0, 6.0]]
    assert block_bootstrap(seconds * 5, mean).estimate == 3.5


def test_two_runs_are_compared_by_their_blocks() -> None:
    a, b = autocorrelated(42) + 100, autocorrelated(43) + 100
    result = block_bootstrap_compare(a.reshape(-1, 40), b.reshape(-1, 40), mean, compare="ratio")
    assert result.estimate == mean(a) / mean(b)
    assert result.contains(1)
    apart = block_bootstrap_compare(a.reshape(-1, 40), b.reshape(-1, 40) - 20, mean)
    assert apart.low > 10


def test_too_few_blocks_or_too_long_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 blocks"):
        block_bootstrap([[1.0, 2.0]], mean)
    with pytest.raises(ValueError, match="shorter runs"):
        block_bootstrap([[1.0], [2.0], [3.0]], mean, run_length=3)


def test_a_statistic_that_is_not_finite_is_named() -> None:
    with pytest.raises(ValueError, match="the statistic gave nan"):
        bootstrap(SKEWED, lambda values: float("nan"))


def test_too_few_resamples_are_refused() -> None:
    with pytest.raises(ValueError, match="resamples must be a whole number of at least 100"):
        bootstrap(SKEWED, mean, resamples=20)
