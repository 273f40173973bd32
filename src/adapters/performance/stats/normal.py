"""The normal distribution: tail areas and quantiles."""

from __future__ import annotations

import math
from statistics import NormalDist

_STANDARD = NormalDist()


def tail(z: float) -> float:
    """The probability of more than z standard deviations above the mean, exact far out too."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def quantile(p: float) -> float:
    """How many standard deviations from the mean a share p (0 to 1, exclusive) lies below."""
    return _STANDARD.inv_cdf(p)


def two_sided(confidence: float) -> float:
    """How many standard deviations either side hold the share ``confidence``: 1.96 for 95 %."""
    return quantile(0.5 + confidence / 2)
