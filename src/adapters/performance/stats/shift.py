"""Hodges-Lehmann: by how much one sample lies above another, with an interval that needs no model of the noise."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, IntArray, check_count, check_share, sample
from .intervals import Interval
from .normal import tail, two_sided
from .ranks import exact_is_affordable, u_distribution

_MAX_PAIRS = 2_000_000  # differences held at once: 16 MB
_HALVINGS = 200


def hodges_lehmann(a: npt.ArrayLike, b: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """The median of all differences a − b, and the interval that inverts the Mann-Whitney test.

    Hodges and Lehmann 1963; the interval is Moses's (Hollander and Wolfe 1999, section 4.3): the k-th smallest to the
    k-th largest difference. Given logarithms, ``.exp()`` of the result is a ratio. ``confidence`` of the result is
    the one reached, at least the one asked for (with ties it is a lower bound).
    Shapes: (m,) and (n,). ``ValueError`` for fewer than 2 values, values that are not finite, or samples too small for
    an interval at this confidence: see ``reachable_confidence``.
    """
    left, right = np.sort(sample(a, "a")), np.sort(sample(b, "b"))
    m, n = len(left), len(right)
    k, reached = _rank(m, n, check_share(confidence, "confidence"))
    if k < 1:
        raise ValueError(
            f"{m} and {n} values allow no interval at {confidence:.1%} confidence; the most they allow is "
            f"{reachable_confidence(m, n):.1%}: more values are needed, or less confidence"
        )
    pairs = m * n
    low, middle, upper, high = _differences(left, right, [k, (pairs + 1) // 2, pairs // 2 + 1, pairs + 1 - k])
    return Interval((middle + upper) / 2, low, high, reached)


def reachable_confidence(m: int, n: int) -> float:
    """The highest confidence at which samples of m and n values have a Hodges-Lehmann interval."""
    check_count(m, "m", at_least=1)
    check_count(n, "n", at_least=1)
    return 1 - 2 / math.comb(m + n, m)


def _rank(m: int, n: int, confidence: float) -> tuple[int, float]:
    """The largest k whose k-th smallest to k-th largest difference reach the confidence, and what they reach."""
    alpha = (1 - confidence) * (1 + 1e-12)
    if exact_is_affordable(m, n):
        below = np.cumsum(u_distribution(m, n))
        k = int(np.searchsorted(below, alpha / 2, side="right"))
        return k, 1 - 2 * float(below[k - 1]) if k else 1.0
    middle, spread = m * n / 2, math.sqrt(m * n * (m + n + 1) / 12)
    k = math.floor(middle + 0.5 - two_sided(confidence) * spread)
    return k, 1 - 2 * tail((middle + 0.5 - k) / spread)


def _differences(a: FloatArray, b: FloatArray, ranks: list[int]) -> list[float]:
    """The differences a − b of these ranks (1 is the smallest); both arrays are sorted."""
    if len(a) * len(b) <= _MAX_PAIRS:
        places = [rank - 1 for rank in ranks]
        ordered = np.partition(np.subtract.outer(a, b).ravel(), places)
        return [float(ordered[place]) for place in places]
    return [_difference(a, b, rank) for rank in ranks]


def _difference(a: FloatArray, b: FloatArray, rank: int) -> float:
    """One of too many differences to hold: halve the range it lies in until those left in it can be held."""
    low, high = float(a[0] - b[-1]), float(a[-1] - b[0])
    none, everyone = np.zeros(len(a), dtype=np.int64), np.full(len(a), len(b), dtype=np.int64)
    under, upto = (
        none,
        everyone,
    )  # of each a, how many differences are below the range, and how many not above it
    for _ in range(_HALVINGS):
        if int((upto - under).sum()) <= _MAX_PAIRS:
            return _pick(a, b, under, upto, rank)
        middle = low + (high - low) / 2
        if middle in (low, high):
            break
        counted = len(b) - np.searchsorted(b, a - middle, side="left")
        if int(counted.sum()) >= rank:
            high, upto = middle, np.maximum(counted, under)
        else:
            low, under = middle, np.minimum(counted, upto)
    return high


def _pick(a: FloatArray, b: FloatArray, under: IntArray, upto: IntArray, rank: int) -> float:
    counts = upto - under
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    nth = np.repeat(under, counts) + np.arange(int(counts.sum())) - starts  # 0 is a's smallest difference
    differences = np.repeat(a, counts) - b[len(b) - 1 - nth]
    place = rank - 1 - int(under.sum())
    return float(np.partition(differences, place)[place])
