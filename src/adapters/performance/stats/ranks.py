"""Mann-Whitney: does one sample tend to hold larger values than another?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, IntArray, sample
from .normal import tail

_MAX_STEPS = 100_000_000  # additions for an exact distribution: a tenth of a second or so


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """``u``: pairs in which a's value is the larger, ties counting half; ``p``: two-sided; ``exact``: or normal."""

    u: float
    p: float
    exact: bool


def mann_whitney(a: npt.ArrayLike, b: npt.ArrayLike) -> MannWhitney:
    """Test that neither of two independent samples tends to be larger (Mann and Whitney 1947).

    The p-value is twice the smaller tail. It is exact, given the ties, by the shift algorithm (Streitberg and
    Röhmel 1986) while that is affordable: up to about 75 values a side, fewer with ties. Beyond, it is the normal
    approximation with corrections for ties and continuity (Lehmann 1975, section 1.2 and appendix 4).
    Shapes: (m,) and (n,), m and n of at least 2. ``ValueError`` for fewer or for values that are not finite.
    """
    left, right = sample(a, "a"), sample(b, "b")
    scores = _doubled_ranks(np.concatenate([left, right]))
    m, n = len(left), len(right)
    u = int(scores[:m].sum()) / 2 - m * (m + 1) / 2
    if len(np.unique(scores)) == m + n:
        if exact_is_affordable(m, n):
            return MannWhitney(u, _two_sided(u_distribution(m, n), round(u)), True)
    elif _steps(m, n, 2) <= _MAX_STEPS:
        chosen = scores[:m] if m <= n else scores[m:]
        return MannWhitney(u, _two_sided(_sums(scores - 2, len(chosen)), int((chosen - 2).sum())), True)
    return MannWhitney(u, _normal_p(u, m, n, scores), False)


def exact_is_affordable(m: int, n: int) -> bool:
    """Whether the distribution of U for m and n values without ties is worked out exactly."""
    return _steps(m, n, 1) <= _MAX_STEPS


@lru_cache(maxsize=64)
def u_distribution(m: int, n: int) -> FloatArray:
    """The probability of U = 0, 1, … m·n for samples of m and n values without ties. Shape (m·n + 1,), read-only."""
    few = min(m, n)
    lowest = few * (few - 1) // 2
    probabilities = _sums(np.arange(m + n), few)[lowest:]
    probabilities.flags.writeable = False
    return probabilities


def _steps(m: int, n: int, unit: int) -> int:
    few = min(m, n)
    return (m + n) * few * unit * (m * n + few * few // 2)


def _sums(scores: IntArray, size: int) -> FloatArray:
    """The probability of each sum of ``size`` of the scores, drawn without replacement: the shift algorithm."""
    top = int(np.sort(scores)[len(scores) - size :].sum())
    ways = np.zeros((size + 1, top + 1))
    ways[0, 0] = 1
    for score in scores.tolist():
        ways[1:, score:] += ways[:-1, : top + 1 - score]
    probabilities: FloatArray = ways[size] / ways[size].sum()
    return probabilities


def _two_sided(probabilities: FloatArray, at: int) -> float:
    low, high = probabilities[: at + 1].sum(), probabilities[at:].sum()
    return min(1.0, 2 * float(min(low, high)))


def _doubled_ranks(values: FloatArray) -> IntArray:
    """Twice the rank of each value from 1 on; equal values share their mean rank, so twice it is whole."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    doubled: IntArray = (2 * last - counts + 1)[inverse]
    return doubled


def _normal_p(u: float, m: int, n: int, scores: IntArray) -> float:
    total = m + n
    ties = np.unique(scores, return_counts=True)[1].astype(np.float64)
    variance = m * n / 12 * (total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return min(1.0, 2 * tail((abs(u - m * n / 2) - 0.5) / math.sqrt(variance)))
