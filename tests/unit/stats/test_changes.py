"""Change points: series with known steps, the definition spelled out, and few false alarms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.performance.stats import change_points
from adapters.performance.stats.changes import _split

# The series apache/otava tests its change points with: two steps, at 5 and at 8.
TWO_STEPS = [0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149.0, 149.7, 149.5, 149.1, 148.8, 150.0]


def series(*levels: float, each: int = 20, noise: float = 1.0, seed: int = 1) -> np.ndarray:
    return np.repeat(levels, each) + np.random.default_rng(seed).normal(0, noise, size=each * len(levels))


def indexes(*args: object, **kwargs: object) -> list[int]:
    return [point.index for point in change_points(*args, **kwargs).points]  # type: ignore[arg-type]


def test_the_steps_of_a_published_series_are_found() -> None:
    found = change_points(TWO_STEPS, alpha=0.05).points
    assert [point.index for point in found] == [5, 8]
    assert [(point.before, point.after) for point in found] == [(0.3, 99.1), (99.1, 149.3)]


@pytest.mark.parametrize("half", [4, 7, 30, 100])
def test_a_step_between_two_constants_is_found_where_it_is(half: int) -> None:
    # mongodb/signal-processing-algorithms: its sanity test of E-divisive
    assert indexes([0] * half + [1] * half, alpha=0.05) == [half]


def test_several_steps_are_found_and_told_in_order() -> None:
    found = change_points(series(100, 110, 104)).points
    assert [point.index for point in found] == pytest.approx([20, 40], abs=1)
    assert [point.change for point in found] == pytest.approx([0.10, -0.055], abs=0.01)
    assert all(point.p <= 0.01 for point in found)


def test_a_level_that_comes_back_is_found_too() -> None:
    assert indexes(series(100, 105, 100)) == pytest.approx([20, 40], abs=1)


def test_a_change_of_spread_alone_is_a_change() -> None:
    rng = np.random.default_rng(2)
    widened = np.concatenate([rng.normal(100, 1, size=60), rng.normal(100, 8, size=60)])
    assert indexes(widened) == pytest.approx([60], abs=5)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-10, 10), min_size=6, max_size=14), st.integers(2, 3))
def test_the_distance_is_the_one_the_paper_defines(values: list[float], least: int) -> None:
    x = np.array(values)
    best = max(
        energy(x[:i], x[i:j]) for i in range(least, len(x) - least + 1) for j in range(i + least, len(x) + 1)
    )
    distance, index = _split(x, least)
    assert max(distance, 0) == pytest.approx(max(best, 0), abs=1e-9)
    assert least <= index <= len(x) - least


def energy(a: np.ndarray, b: np.ndarray) -> float:
    """Equations 5 and 6 of Matteson and James 2014, with exponent 1."""
    m, n = len(a), len(b)
    between = 2 / (m * n) * np.abs(a[:, None] - b).sum()
    within_a = np.abs(a[:, None] - a).sum() / (m * (m - 1))
    within_b = np.abs(b[:, None] - b).sum() / (n * (n - 1))
    return float(m * n / (m + n) * (between - within_a - within_b))


def test_noise_alone_seldom_has_change_points() -> None:
    rng = np.random.default_rng(3)
    alarms = [bool(indexes(rng.normal(size=40))) for _ in range(500)]
    assert np.mean(alarms) <= 0.03  # 1 % is asked for


def test_a_single_wild_run_is_no_step() -> None:
    runs = series(100, each=40)
    runs[25] = 500
    assert indexes(runs) == []


def test_a_step_needs_as_many_runs_after_it_as_are_asked_for() -> None:
    runs = series(100, each=30)
    stepped = np.append(runs, [120, 121, 119])
    assert indexes(stepped[:-1]) == []
    assert indexes(stepped) == [30]


def test_steps_under_the_least_change_are_dropped() -> None:
    steps = series(100, 103, 120)
    assert indexes(steps) == pytest.approx([20, 40], abs=1)
    assert indexes(steps, min_change=0.05) == pytest.approx([40], abs=1)
    assert indexes(steps, min_change=0.5) == []


def test_a_step_from_nothing_has_no_share_but_counts_as_large() -> None:
    (point,) = change_points([0] * 10 + [3] * 10, min_change=0.5).points
    assert (point.before, point.after, point.change) == (0, 3, None)


def test_autocorrelation_is_told_for_what_the_steps_leave() -> None:
    quiet = change_points(series(100, 120, each=60))
    assert not quiet.autocorrelated
    wandering = np.random.default_rng(4).normal(size=120)
    for index in range(1, 120):
        wandering[index] += 0.6 * wandering[index - 1]
    assert change_points(wandering, alpha=0.005).autocorrelated
    assert change_points([5] * 8).autocorrelation is None


def test_the_same_seed_gives_the_same_answer() -> None:
    noisy = series(100, 101, each=15)
    assert change_points(noisy, alpha=0.5, permutations=19) == change_points(
        noisy, alpha=0.5, permutations=19
    )


def test_a_series_too_short_for_any_step_has_none() -> None:
    assert indexes([1, 2, 3, 4, 5]) == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"values": [1.0]}, "at least 2 values"),
        ({"values": np.zeros(2001)}, "take the newest"),
        ({"min_size": 1}, "min_size"),
        ({"alpha": 0}, "alpha"),
        ({"alpha": 0.001}, "permutations must be a whole number of at least 999"),
        ({"min_change": -0.1}, "min_change"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(asked: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change_points(**{"values": TWO_STEPS, **asked})  # type: ignore[arg-type]
