"""What a sample looks like: its middle, its spread, values far out, and where its variance comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .inputs import BoolArray, sample

TUKEY_FENCE = 1.5
MAD_FENCE = 3.5
MAD_TO_DEVIATION = 1.4826  # of normal values: 1 / the 75 % quantile


def median(values: npt.ArrayLike) -> float:
    """The middle value, or the mean of the two in the middle. Shape (n,), n ≥ 1."""
    return float(np.median(sample(values, at_least=1)))


def mad(values: npt.ArrayLike) -> float:
    """The median absolute deviation from the median, in the unit of the values (Hampel 1974). Shape (n,), n ≥ 1.

    Not scaled: times 1.4826 it estimates the standard deviation of normal values.
    """
    array = sample(values, at_least=1)
    return float(np.median(np.abs(array - np.median(array))))


def coefficient_of_variation(values: npt.ArrayLike) -> float | None:
    """The standard deviation (n − 1) as a share of the mean; ``None`` where the mean is 0. Shape (n,), n ≥ 2."""
    array = sample(values)
    mean = float(array.mean())
    return float(array.std(ddof=1)) / abs(mean) if mean else None


def outliers(values: npt.ArrayLike, method: Literal["tukey", "mad"] = "tukey") -> BoolArray:
    """Which values lie far out: flagged, never to be deleted. Shape (n,) in and out, n ≥ 2.

    ``tukey``: beyond 1.5 interquartile ranges from the quartiles (Tukey 1977, section 2C). ``mad``: more than 3.5
    scaled deviations from the median (Iglewicz and Hoaglin 1993). Where most values are the same, all others are
    flagged. Of normal values, ``tukey`` flags 0.7 % in large samples and several per cent in small ones.
    """
    array = sample(values)
    flags: BoolArray
    if method == "mad":
        flags = np.abs(array - np.median(array)) > MAD_FENCE * MAD_TO_DEVIATION * mad(array)
    elif method == "tukey":
        lower, upper = np.quantile(array, [0.25, 0.75])
        reach = TUKEY_FENCE * (upper - lower)
        flags = (array < lower - reach) | (array > upper + reach)
    else:
        raise ValueError(f"method must be 'tukey' or 'mad', not {method!r}")
    return flags


@dataclass(frozen=True, slots=True)
class VarianceParts:
    """Variance ``between`` groups and ``within`` them, in the square of the values' unit; neither is below 0."""

    between: float
    within: float

    @property
    def share_between(self) -> float | None:
        """The share of all variance that comes from the groups (intraclass correlation); ``None`` if there is none."""
        total = self.between + self.within
        return self.between / total if total else None


def variance_parts(groups: Sequence[npt.ArrayLike]) -> VarianceParts:
    """How much values differ between groups (say processes) and within one.

    One-way analysis of variance with random effects, for groups of any sizes (Searle 1971, section 10.2).
    ``groups``: at least 2 arrays of shape (k,), k ≥ 1, at least one with 2 values. ``ValueError`` for others.
    """
    arrays = [sample(group, f"groups[{index}]", at_least=1) for index, group in enumerate(groups)]
    sizes = np.array([len(array) for array in arrays], dtype=np.float64)
    if len(arrays) < 2 or sizes.max() < 2:
        raise ValueError("at least 2 groups are needed, one of them with 2 values or more")
    total = float(sizes.sum())
    means = np.array([array.mean() for array in arrays])
    grand = float((sizes * means).sum()) / total
    within = sum(float(((array - array.mean()) ** 2).sum()) for array in arrays) / (total - len(arrays))
    between = float((sizes * (means - grand) ** 2).sum()) / (len(arrays) - 1)
    typical = (total - float((sizes**2).sum()) / total) / (len(arrays) - 1)
    return VarianceParts(max(0.0, (between - within) / typical), within)
