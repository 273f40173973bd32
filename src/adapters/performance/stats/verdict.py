"""The verdict of a comparison: one of four words, from an interval and a margin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from .inputs import check_share
from .intervals import Interval
from .normal import quantile, two_sided

Change = Literal["higher", "lower", "equivalent", "inconclusive"]
Verdict = Literal["faster", "slower", "equivalent", "inconclusive"]
Quality = Literal["better", "worse", "equivalent", "inconclusive"]

MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison showed. ``change`` speaks of the figure itself; ``verdict`` and ``quality`` of what it means.

    ``log_ratio``: log(new / old) with its interval. ``margin``: the share that counts as no change.
    """

    change: Change
    log_ratio: Interval
    margin: float

    @property
    def ratio(self) -> Interval:
        """The new figure over the old one: 1.03 is 3 % more."""
        return self.log_ratio.exp()

    def verdict(self, *, more_is_better: bool = False) -> Verdict:
        """For times (less is better) and throughputs (``more_is_better``): faster or slower."""
        if self.change == "equivalent" or self.change == "inconclusive":
            return self.change
        return "faster" if (self.change == "higher") == more_is_better else "slower"

    def quality(self, *, more_is_better: bool = False) -> Quality:
        """For any figure: better or worse."""
        if self.change == "equivalent" or self.change == "inconclusive":
            return self.change
        return "better" if (self.change == "higher") == more_is_better else "worse"

    def visible_effect(self, power: float = 0.8) -> float:
        """The smallest change, as a share of the old figure, that this comparison would have found this often.

        From the width of its interval, as of normal noise: half the width × (1 + z(power) / z(confidence)). Infinite
        where the interval has no end.
        """
        if math.isinf(self.log_ratio.width):
            return math.inf
        z = two_sided(self.log_ratio.confidence)
        return math.expm1(self.log_ratio.width / 2 * (1 + quantile(check_share(power, "power")) / z))


def judge(
    log_ratio: Interval, *, margin: float = MARGIN, p_adjusted: float | None = None, alpha: float = 0.05
) -> Judgement:
    """The verdict on log(new / old).

    *equivalent*: the whole interval is within the margin, that is from 1 / (1 + margin) to 1 + margin (Schuirmann
    1987), even if it excludes no change at all. *higher* or *lower*: it excludes no change. *inconclusive*: neither.
    Of several comparisons, ``p_adjusted`` (from ``holm``) must also be at most ``alpha`` for *higher* or *lower*;
    *equivalent* then still holds for each comparison alone. ``ValueError`` unless margin > 0.
    """
    if not 0 < margin < math.inf:
        raise ValueError(f"margin must be more than 0, not {margin}")
    significant = p_adjusted is None or p_adjusted <= check_share(alpha, "alpha")
    within = math.log1p(margin)
    change: Change = "inconclusive"
    if log_ratio.inside(-within, within):
        change = "equivalent"
    elif significant and log_ratio.low > 0:
        change = "higher"
    elif significant and log_ratio.high < 0:
        change = "lower"
    return Judgement(change, log_ratio, margin)
