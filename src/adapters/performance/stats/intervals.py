"""Interval: an estimate and the range that it could as well have been."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its interval ``low`` to ``high``, both ends included, at ``confidence`` (0 to 1).

    ``confidence`` is the one reached: where only steps are possible it is more than was asked for. An end is infinite
    where the data set no bound. ``ValueError`` if the ends are in the wrong order or not numbers.
    """

    estimate: float
    low: float
    high: float
    confidence: float

    def __post_init__(self) -> None:
        if math.isnan(self.estimate) or not self.low <= self.high:
            raise ValueError(f"not an interval: {self.estimate} in {self.low} to {self.high}")
        if not 0 < self.confidence <= 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {self.confidence}")

    @property
    def width(self) -> float:
        """From the low end to the high end."""
        return self.high - self.low

    @property
    def relative_width(self) -> float:
        """The width as a share of the estimate: infinite where the estimate is 0, unless the width is 0 too."""
        if self.width == 0:
            return 0.0
        return self.width / abs(self.estimate) if self.estimate else math.inf

    def contains(self, value: float) -> bool:
        """Whether the value lies inside; the ends do."""
        return self.low <= value <= self.high

    def inside(self, low: float, high: float) -> bool:
        """Whether all of the interval lies in ``low`` to ``high``."""
        return low <= self.low and self.high <= high

    def exp(self) -> Interval:
        """A difference of logarithms as a ratio."""
        return Interval(_exp(self.estimate), _exp(self.low), _exp(self.high), self.confidence)

    def log(self) -> Interval:
        """A ratio as a difference of logarithms; ``ValueError`` unless all of it is positive."""
        if not (self.low > 0 and self.estimate > 0):
            raise ValueError(f"only a positive ratio has a logarithm, not {self.low} to {self.high}")
        return Interval(math.log(self.estimate), math.log(self.low), math.log(self.high), self.confidence)


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf
