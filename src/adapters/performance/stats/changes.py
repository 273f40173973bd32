"""Change points: where in a series of runs the level shifted for good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, check_count, check_share, sample

_MAX_POINTS = 2000  # a pass holds several tables of points × points
_ROUNDING = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A shift: ``index`` of the first value after it, medians ``before`` and ``after``, ``p`` when it was found."""

    index: int
    before: float
    after: float
    p: float

    @property
    def change(self) -> float | None:
        """The shift as a share of what was before; ``None`` where that was 0."""
        return (self.after - self.before) / abs(self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Changes:
    """The change points in order; ``autocorrelation`` of neighbours within the segments, ``None`` if nothing varies.

    ``autocorrelated`` warns that neighbours are more alike than chance allows (at 2.5 %): the permutation test takes
    them for exchangeable, so it then finds more change points than there are.
    """

    points: tuple[ChangePoint, ...]
    autocorrelation: float | None
    autocorrelated: bool


def change_points(
    values: npt.ArrayLike,
    *,
    min_size: int = 3,
    min_change: float = 0.0,
    alpha: float = 0.01,
    permutations: int = 199,
    seed: int = 0,
) -> Changes:
    """E-divisive change points of a series in order of time (Matteson and James 2014, sections 2 and 3).

    The split with the largest energy distance (exponent 1) is tested by permuting the values within the segments found
    so far; while it is significant at ``alpha``, it is kept and the next one sought. Segments have at least
    ``min_size`` values. Of the splits found, those that shift the median by less than the share ``min_change`` are
    dropped, the smallest first. Time and memory grow with the square of the length: 200 values take under a second.
    ``values``: shape (n,), n of 2 to 2000. ``ValueError`` for others, or for values that are not finite.
    """
    series = sample(values)
    if len(series) > _MAX_POINTS:
        raise ValueError(f"values: at most {_MAX_POINTS} are looked at, {len(series)} given: take the newest")
    check_count(min_size, "min_size", at_least=2)
    check_share(alpha, "alpha")
    check_count(permutations, "permutations", at_least=math.ceil(1 / alpha) - 1)
    if not min_change >= 0:
        raise ValueError(f"min_change must be 0 or more, not {min_change}")
    found = _divide(series, min_size, alpha, permutations, np.random.default_rng(seed))
    kept = _large_enough(series, found, min_change)
    rest = np.concatenate(
        [part - np.median(part) for part in _segments(series, [point.index for point in kept])]
    )
    correlation = _lag_one(rest)
    warning = correlation is not None and correlation > 1.96 / math.sqrt(len(series))
    return Changes(tuple(kept), correlation, warning)


def _divide(
    series: FloatArray, min_size: int, alpha: float, permutations: int, rng: np.random.Generator
) -> dict[int, float]:
    """The significant splits, each with its p-value."""
    found: dict[int, float] = {}
    while True:
        segments = _segments(series, found)
        distance, index = _best(segments, min_size)
        if distance <= 0:
            return found
        p = _permuted(segments, distance, min_size, alpha, permutations, rng)
        if p is None:
            return found
        found[index] = p


def _permuted(
    segments: Sequence[FloatArray],
    distance: float,
    min_size: int,
    alpha: float,
    permutations: int,
    rng: np.random.Generator,
) -> float | None:
    """The p-value of a split, ``None`` as soon as it is sure to be above alpha."""
    as_far = 1
    for _ in range(permutations):
        shuffled = [rng.permutation(segment) for segment in segments]
        as_far += _best(shuffled, min_size)[0] >= distance * _ROUNDING
        if as_far > alpha * (permutations + 1):
            return None
    return as_far / (permutations + 1)


def _best(segments: Sequence[FloatArray], min_size: int) -> tuple[float, int]:
    """The largest distance that a split of any segment gives, and where in the series that split is."""
    best, place, start = 0.0, 0, 0
    for segment in segments:
        if len(segment) >= 2 * min_size:
            distance, index = _split(segment, min_size)
            if distance > best:
                best, place = distance, start + index
        start += len(segment)
    return best, place


def _split(values: FloatArray, least: int) -> tuple[float, int]:
    """The largest distance between values[:i] and values[i:j] over all i and j, and that i (equations 5 to 7)."""
    count = len(values)
    sums = np.empty((count, count))  # of all distances between the first i and the first j values
    np.subtract(values[:, None], values, out=sums)
    np.abs(sums, out=sums)
    np.cumsum(sums, axis=0, out=sums)
    np.cumsum(sums, axis=1, out=sums)
    totals = sums.diagonal()
    of_sums, of_left, of_both = _weights(count, least)
    distance = sums[least - 1 : count - least, 2 * least - 1 :] * of_sums
    distance += totals[least - 1 : count - least, None] * of_left
    distance += totals[2 * least - 1 :] * of_both
    place = int(distance.argmax())
    return float(distance.flat[place]), least + place // distance.shape[1]


@lru_cache(maxsize=8)
def _weights(count: int, least: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What the sums of distances up to (i, j), (i, i) and (j, j) count for in the distance of equation 6.

    Rows are i, columns j; 0 where a part would be too short.
    """
    left = np.arange(least, count - least + 1, dtype=np.float64)[:, None]
    right = np.arange(2 * least, count + 1) - left
    enough = right >= least
    right = np.where(enough, right, 2)
    scale = enough * left * right / (left + right)
    across, in_left, in_right = 2 / (left * right), 1 / (left * (left - 1)), 1 / (right * (right - 1))
    return scale * (across + 2 * in_right), -scale * (across + in_left + in_right), -scale * in_right


def _segments(series: FloatArray, cuts: Sequence[int] | dict[int, float]) -> list[FloatArray]:
    edges = [0, *sorted(cuts), len(series)]
    return [series[start:end] for start, end in pairwise(edges)]


def _large_enough(series: FloatArray, found: dict[int, float], min_change: float) -> list[ChangePoint]:
    left = dict(found)
    while True:
        medians = [float(np.median(segment)) for segment in _segments(series, left)]
        points = [
            ChangePoint(index, before, after, left[index])
            for index, (before, after) in zip(sorted(left), pairwise(medians), strict=True)
        ]
        smallest = min(points, key=_size, default=None)
        if smallest is None or _size(smallest) >= min_change:
            return points
        del left[smallest.index]


def _size(point: ChangePoint) -> float:
    return math.inf if point.change is None else abs(point.change)


def _lag_one(rest: FloatArray) -> float | None:
    power = float((rest * rest).sum())
    return float((rest[1:] * rest[:-1]).sum()) / power if power else None
