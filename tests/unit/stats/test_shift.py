"""Hodges-Lehmann: the published example, all pairs however many, and the coverage that is claimed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.performance.stats import hodges_lehmann, mann_whitney, reachable_confidence, shift

# Hollander and Wolfe 1999, example 4.1: water permeability of human chorioamnion at term, and at 12 to 26 weeks.
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]

values = st.lists(st.integers(-50, 50), min_size=4, max_size=9, unique=True)


def test_the_example_of_hollander_and_wolfe_comes_out_as_printed() -> None:
    result = hodges_lehmann(EARLY, AT_TERM)
    assert round(result.estimate, 3) == -0.305
    assert (round(result.low, 2), round(result.high, 2)) == (-0.76, 0.15)
    assert round(result.confidence, 2) == 0.96


def test_many_pairs_give_what_all_of_them_at_once_would(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=200), rng.normal(0.3, 2, size=150)
    at_once = hodges_lehmann(a, b)
    monkeypatch.setattr(shift, "_MAX_PAIRS", 100)
    assert hodges_lehmann(a, b) == at_once


@pytest.mark.parametrize("step", [0.5, 10.0])
def test_many_pairs_with_many_ties_do_so_too(monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    rng = np.random.default_rng(6)
    a, b = (np.round(rng.normal(0, 3, size=size) / step) * step for size in (200, 150))
    at_once = hodges_lehmann(a, b)
    monkeypatch.setattr(shift, "_MAX_PAIRS", 100)
    apart = hodges_lehmann(a, b)
    assert (apart.estimate, apart.low, apart.high) == pytest.approx(
        (at_once.estimate, at_once.low, at_once.high)
    )


def test_large_samples_need_no_table_of_all_pairs() -> None:
    rng = np.random.default_rng(7)
    result = hodges_lehmann(rng.normal(0.1, 1, size=30_000), rng.normal(size=30_000))  # 7 GB of differences
    assert result.contains(0.1)
    assert result.width == pytest.approx(2 * 1.96 * np.sqrt(2 / 30_000 * np.pi / 3), rel=0.1)


@settings(deadline=None, max_examples=80)
@given(values, values)
def test_the_interval_holds_zero_exactly_when_the_test_does_not_reject(a: list[int], b: list[int]) -> None:
    left = [value + 0.25 for value in a]  # no ties between the samples
    assert hodges_lehmann(left, b).contains(0) == (mann_whitney(left, b).p > 0.05)


@settings(deadline=None, max_examples=60)
@given(values, values, st.integers(-100, 100))
def test_it_moves_with_the_data_and_mirrors_when_the_samples_are_exchanged(
    a: list[int], b: list[int], by: int
) -> None:
    here, moved, back = hodges_lehmann(a, b), hodges_lehmann([v + by for v in a], b), hodges_lehmann(b, a)
    assert (moved.estimate, moved.low, moved.high) == (here.estimate + by, here.low + by, here.high + by)
    assert (back.estimate, back.low, back.high) == (-here.estimate, -here.high, -here.low)


@pytest.mark.parametrize("draw", ["normal", "standard_cauchy", "exponential"])
def test_it_covers_the_true_shift_as_often_as_it_says_whatever_the_noise(draw: str) -> None:
    rng = np.random.default_rng(8)
    noise = getattr(rng, draw)
    results = [hodges_lehmann(noise(size=6) + 3, noise(size=6)) for _ in range(1500)]
    covered = np.mean([result.contains(3) for result in results])
    assert covered == pytest.approx(results[0].confidence, abs=0.02)  # 0.959; its deviation is 0.005


def test_samples_too_small_for_the_confidence_are_told_what_they_allow() -> None:
    assert reachable_confidence(3, 3) == pytest.approx(0.9)
    with pytest.raises(ValueError, match=r"3 and 3 values allow no interval at 95.0% .* 90.0%"):
        hodges_lehmann([1, 2, 3], [4, 5, 6])
    assert hodges_lehmann([1, 2, 3], [4, 5, 6], 0.9).high == -1
