"""A hint that a sample has two modes: does cutting it in two explain more than it would of any single hump?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .inputs import FloatArray, sample

MIN_VALUES = 10
_LEAST_SHARE = 0.1
_DRAWS = 999
_LEVEL = 0.01
_MAX_DRAWN = 1000


@dataclass(frozen=True, slots=True)
class Modes:
    """The best cut in two: ``cut`` between the parts' ``means``, and the share of all variance it ``explains``.

    ``bimodal``: that share is more than 99 % of equally large samples of a uniform distribution reach, the flattest of
    single humps. It is a hint to look. Not seen are a mode with under a tenth of the values, and two that are
    nearer to each other than about four of their standard deviations (with 100 values; six with 20 values).
    """

    cut: float
    means: tuple[float, float]
    explains: float
    bimodal: bool


def find_modes(values: npt.ArrayLike) -> Modes | None:
    """The best cut of a sample in two parts of at least a tenth of it each; ``None`` for under 10 values, or all equal.

    The cut of least variance within the parts (Fisher 1958; Otsu 1979), held against its distribution over uniform
    samples, the null hypothesis of Hartigan and Hartigan 1985. Shape (n,). ``ValueError`` if not finite or empty.
    """
    ordered = np.sort(sample(values, at_least=1))
    count = len(ordered)
    if count < MIN_VALUES or ordered[0] == ordered[-1]:
        return None
    shares = _explained(ordered[None, :])[0]
    best = int(shares.argmax())
    left = _least(count) + best
    explains = float(shares[best])
    return Modes(
        cut=float(ordered[left - 1] + (ordered[left] - ordered[left - 1]) / 2),
        means=(float(ordered[:left].mean()), float(ordered[left:].mean())),
        explains=explains,
        bimodal=explains > _critical(min(count, _MAX_DRAWN)),
    )


def _least(count: int) -> int:
    return max(2, int(_LEAST_SHARE * count))


def _explained(rows: FloatArray) -> FloatArray:
    """Of each row (sorted), the share of variance that each cut explains. Shapes (r, n) and (r, cuts)."""
    count = rows.shape[1]
    left = np.arange(_least(count), count - _least(count) + 1)
    centred = rows - rows.mean(axis=1, keepdims=True)
    sums = np.cumsum(centred, axis=1)[:, left - 1]
    shares: FloatArray = sums**2 * count / (left * (count - left)) / (centred**2).sum(axis=1, keepdims=True)
    return shares


@lru_cache(maxsize=64)
def _critical(count: int) -> float:
    draws = np.sort(np.random.default_rng(count).random((_DRAWS, count)), axis=1)
    return float(np.quantile(_explained(draws).max(axis=1), 1 - _LEVEL))
