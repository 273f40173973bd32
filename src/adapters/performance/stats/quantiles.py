"""The interval of a quantile, from the order of the values alone."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, IntArray, check_count, check_share, sample
from .intervals import Interval


def quantile_interval(
    values: npt.ArrayLike,
    q: float,
    confidence: float = 0.95,
    *,
    counts: npt.ArrayLike | None = None,
    min_beyond: int = 1,
) -> Interval | None:
    """The q-quantile and its distribution-free interval from one value to another; ``None`` if the data set no bound.

    The number of values below the true quantile is binomial, so two order statistics hold it between them with a known
    probability (Conover 1999, section 3.2; David and Nagaraja 2003, section 7.1). Each tail gets at most half of what
    is left of ``confidence``; the one reached is told. ``None`` where no value is far enough out, or where fewer than
    ``min_beyond`` values are expected beyond the quantile. Values must be independent: within one run they are not, and
    the interval is then too narrow.
    ``values``: shape (n,), ascending; with ``counts``, shape (n,), a histogram: value i was seen counts[i] times.
    ``ValueError`` if not ascending, not finite, empty, or for counts that are negative or not whole.
    """
    ordered = sample(values, at_least=1)
    if (np.diff(ordered) < 0).any():
        raise ValueError("values must be in ascending order")
    upto = np.arange(1, len(ordered) + 1) if counts is None else _cumulated(counts, len(ordered))
    n = int(upto[-1])
    check_share(q, "q")
    if n * min(q, 1 - q) * (1 + 1e-12) < check_count(min_beyond, "min_beyond"):
        return None
    first, last, reached = _ranks(n, q, check_share(confidence, "confidence"))
    if first < 1 or last > n:
        return None
    middle = max(1, math.ceil(n * q * (1 - 1e-12)))
    estimate, low, high = ordered[np.searchsorted(upto, [middle, first, last])].tolist()
    return Interval(estimate, low, high, reached)


def _cumulated(counts: npt.ArrayLike, length: int) -> IntArray:
    numbers = np.asarray(counts)
    if numbers.shape != (length,):
        raise ValueError(f"counts must be as many as values: {numbers.shape} is not ({length},)")
    if numbers.dtype.kind not in "iu" or (numbers < 0).any():
        raise ValueError("counts must be whole numbers, none negative")
    upto: IntArray = np.cumsum(numbers, dtype=np.int64)
    if upto[-1] == 0:
        raise ValueError("counts: at least one value is needed, all are 0")
    return upto


def _ranks(n: int, q: float, confidence: float) -> tuple[int, int, float]:
    """The ranks (from 1) of the two order statistics, 0 or n + 1 if there is none, and the confidence they reach."""
    start, below = _binomial(n, q)
    alpha = 1 - confidence
    low_index = int(np.searchsorted(below, alpha / 2, side="right"))
    high_index = int(np.searchsorted(below, 1 - alpha / 2, side="left"))
    under = float(below[low_index - 1]) if low_index else 0.0
    upto = float(below[high_index]) if high_index < len(below) else 1.0
    return start + low_index, start + high_index + 1, min(1.0, upto - under)


def _binomial(n: int, p: float) -> tuple[int, FloatArray]:
    """The first k that matters, and the probability of at most k, k + 1, … successes in n trials."""
    reach = 10 * math.sqrt(n * p * (1 - p)) + 40  # beyond lies less than 1e-20
    first, last = max(0, math.floor(n * p - reach)), min(n, math.ceil(n * p + reach))
    k = np.arange(first, last, dtype=np.float64)
    logs = np.concatenate([[0.0], np.cumsum(np.log((n - k) / (k + 1)) + math.log(p / (1 - p)))])
    weights = np.exp(logs - logs.max())
    return first, np.cumsum(weights / weights.sum())
