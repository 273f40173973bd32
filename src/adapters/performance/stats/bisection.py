"""Probabilistic bisection: search for the highest rate that holds, by answers that are sometimes wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .inputs import FloatArray, check_share
from .intervals import Interval

_STEP = 0.0025  # width of a cell on the log scale: a quarter of a per cent
_MIN_CELLS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe at ``rate`` said, and how likely such an answer is right (``reliability``, over 0.5 to 1)."""

    rate: float
    sustained: bool
    reliability: float


class Bisection:
    """The belief about a limit between ``low`` and ``high``, uniform on log rate at first (Waeber et al. 2013).

    ``ask`` for the rate to probe next, ``tell`` what the probe said, read ``interval``. Each answer multiplies the
    belief on the side it points to by its reliability and the other side by the rest (Waeber, Frazier and Henderson
    2013, *SIAM J. Control Optim.* 51:2261, section 2). Numbers only: no clock, no chance.

    ``softness``: how near the limit, as a share of the rate, an answer turns into a toss of a coin: the scale of a
    logistic curve on log rate, as QUEST has it (Watson and Pelli 1983). 0 is the sharp limit of the paper; where the
    real one is soft, intervals are then far too narrow: in simulations with a real softness of 0.03 and 95 % asked,
    a sharp limit covered 52 % and the default, with twice the probes, 92 %. It should not be less than the real one.
    Where that is not known, give several: each is as likely as the others at first, the answers weigh them together
    with the limit (as QUEST+ does, Watson 2017, *J. Vision* 17(3):10), and ``likely_softness`` is what they make of it.
    ``outside``: how likely, at first, each end of the range is wrong, the limit below ``low`` or above ``high``.
    Rates are in any unit. ``ValueError`` unless 0 < low < high, 0 ≤ softness and 0 ≤ outside < 0.5.
    """

    def __init__(
        self, low: float, high: float, *, softness: float | Sequence[float] = 0.02, outside: float = 0.05
    ) -> None:
        if not 0 < low < high < math.inf:
            raise ValueError(f"a range of positive rates is needed, not {low} to {high}")
        possible = tuple(softness) if isinstance(softness, Sequence) else (softness,)
        if not possible or not all(0 <= value < math.inf for value in possible):
            raise ValueError(f"softness must be 0 or more, not {softness}")
        if not 0 <= outside < 0.5:
            raise ValueError(f"outside must be from 0 to under 0.5, not {outside}")
        self.low, self.high = float(low), float(high)
        self.softness = tuple(map(float, possible))
        self.answers: list[Answer] = []
        cells = max(_MIN_CELLS, math.ceil(math.log(high / low) / _STEP))
        self._edges: FloatArray = np.linspace(math.log(low), math.log(high), cells + 1)
        inner = np.full(cells, (1 - 2 * outside) / cells)
        belief = np.concatenate([[outside], inner, [outside]])
        self._belief: FloatArray = np.tile(belief / len(possible), (len(possible), 1))  # by softness and cell

    def ask(self) -> float:
        """The rate that halves the belief: the one to probe next. At an end of the range if the limit is beyond it."""
        return min(self.high, max(self.low, self._rate_below(0.5)))

    def tell(self, rate: float, sustained: bool, reliability: float = 0.9) -> None:
        """Take in an answer: the rate was sustained or not, and far from the limit such an answer is right this often.

        ``ValueError`` for a rate outside the range, for a reliability that is not over 0.5 and at most 1, and for an
        answer that cannot be true together with earlier ones that were told as certain.
        """
        if not self.low <= rate <= self.high:
            raise ValueError(f"rate {rate} is outside the range {self.low} to {self.high}")
        if not 0.5 < reliability <= 1:
            raise ValueError(f"reliability must be over 0.5 and at most 1, not {reliability}")
        right = reliability if sustained else 1 - reliability
        likely = self._sustained(rate)
        belief = self._belief * (likely * right + (1 - likely) * (1 - right))
        total = float(belief.sum())
        if total <= 0:
            raise ValueError(
                f"the answer at rate {rate} contradicts earlier ones that were said to be certain"
            )
        self._belief = belief / total
        self.answers.append(Answer(rate, sustained, reliability))

    def interval(self, confidence: float = 0.95) -> Interval:
        """The median of the belief with its equal-tailed credible interval.

        ``low`` is 0 or ``high`` infinite where the answers do not rule out, at this confidence, a limit below or above
        the range: the limit is then known only to be at most ``high``, or at least ``low``. The estimate and the other
        end are always within the range. The interval is as good as the reliabilities and the softness told.
        """
        alpha = 1 - check_share(confidence, "confidence")
        low, high = self._rate_below(alpha / 2), self._rate_below(1 - alpha / 2)
        return Interval(self.ask(), min(low, self.high), max(high, self.low), confidence)

    @property
    def outside(self) -> tuple[float, float]:
        """How likely the limit is below the range, and how likely above it."""
        return float(self._belief[:, 0].sum()), float(self._belief[:, -1].sum())

    @property
    def likely_softness(self) -> float:
        """The mean of the softnesses given, each weighed by how well it explains the answers."""
        return float(self._belief.sum(axis=1) @ self.softness)

    def _sustained(self, rate: float) -> FloatArray:
        """By softness and cell of the limit, how likely a probe at this rate, were it reliable, is sustained."""
        return np.stack([self._curve(rate, softness) for softness in self.softness])

    def _curve(self, rate: float, softness: float) -> FloatArray:
        starts, ends = self._edges[:-1], self._edges[1:]
        if softness:
            away = ((starts + ends) / 2 - math.log(rate)) / softness
            inner = 0.5 + np.tanh(away / 2) / 2
        else:
            inner = np.clip((ends - math.log(rate)) / (ends - starts), 0, 1)
        return np.concatenate([[0.0], inner, [1.0]])

    def _rate_below(self, share: float) -> float:
        """The rate below which this share of the belief lies: 0 or infinite where it lies outside the range."""
        below = np.cumsum(self._belief.sum(axis=0))[:-1]  # at each edge
        if share < below[0]:
            return 0.0
        if share > below[-1]:
            return math.inf
        return math.exp(float(np.interp(share, below, self._edges)))
