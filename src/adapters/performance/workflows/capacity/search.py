"""The search as a state machine: asked for the next probe, told its outcome. It knows no clock, no chance, no engine.

A geometric ramp in which a failure must be confirmed by two of three probes, then probabilistic bisection on log rate
until the interval is narrow enough, then a verification, three times as long, at the interval's low end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ...stats import Answer, Bisection, Interval

Phase = Literal["ramp", "confirm", "bisect", "verify"]
Ended = Literal["converged", "max_rate", "first_probe", "unverified", "budget"]

VERIFY_LENGTHS = 3
SOFTNESS = (0.003, 0.006, 0.0125, 0.025, 0.05, 0.08)
"""How near the limit, as a share of the rate, probes may turn into tosses of a coin: the answers tell which it is."""
_HELD, _FAILED = 0.99, 0.9
"""How reliable answers are far from the limit: a stall makes a probe fail that should not, nothing the reverse."""
_MOST_VERIFICATIONS = 3
_MISLED = 0.5
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Terms:
    """What is searched: rates in iterations per second; each step of the ramp multiplies by ``growth``.

    ``precision``: the search ends when both ends of the interval of ``confidence`` are this near to the estimate, as a
    share of it.
    """

    start_rate: float
    max_rate: float = math.inf
    growth: float = 2.0
    precision: float = 0.05
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Ask:
    """A probe to be made: at this rate, so many times the usual length."""

    rate: float
    phase: Phase
    lengths: int = 1


class Search:
    """``ask`` for the next probe, ``tell`` whether it held, until ``ended`` says why there is no other."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.ended: Ended | None = None
        self.held_rate: float | None = None
        """The highest rate that a step of the ramp sustained."""
        self.verified_rate: float | None = None
        self._rate = min(terms.start_rate, terms.max_rate)
        self._votes: list[bool] = []
        self._answers: list[Answer] = []
        self._bisection: Bisection | None = None
        self._at_top = False
        self._failed_verifications = 0
        self._asked: Ask | None = None
        self._in_doubt = False

    def ask(self, lengths_left: float = math.inf) -> Ask | None:
        """The next probe, if there is to be one; ``lengths_left``: how many usual ones the budget still allows."""
        if self.ended is not None:
            return None
        wanted = self._wanted()
        if wanted.phase == "bisect" and lengths_left < 1 + VERIFY_LENGTHS:
            wanted = self._verification() or wanted
        if lengths_left < wanted.lengths:
            self.ended = "budget"
            return None
        self._asked = wanted
        return wanted

    def tell(self, sustained: bool, *, by_generator: bool = False) -> None:
        """Take in what the probe that was asked for showed.

        A failure ``by_generator`` says little of the target: the first time the same probe is asked for again.
        """
        asked = self._asked
        if asked is None:
            raise ValueError("no probe was asked for")
        if by_generator and not self._in_doubt:
            self._in_doubt = True
            return
        self._in_doubt, self._asked = False, None
        self._note(Answer(asked.rate, sustained, _HELD if sustained else _FAILED))
        if asked.phase == "verify":
            self._verify(asked.rate, sustained)
        elif asked.phase == "bisect":
            self._follow()
        else:
            self._climb(sustained)

    @property
    def interval(self) -> Interval | None:
        """What the answers say of the limit, once the ramp has found a rate that fails; see ``Bisection.interval``."""
        return None if self._bisection is None else self._bisection.interval(self.terms.confidence)

    @property
    def softness(self) -> float | None:
        """How near the limit, as a share of the rate, probes turned into tosses of a coin."""
        return None if self._bisection is None else self._bisection.likely_softness

    @property
    def precise(self) -> bool:
        """Whether both ends of the interval are as near to the estimate as asked for."""
        interval, share = self.interval, self.terms.precision
        return interval is not None and interval.inside(
            (1 - share) * interval.estimate, (1 + share) * interval.estimate
        )

    def _wanted(self) -> Ask:
        if self._at_top:
            return Ask(self.terms.max_rate, "verify", VERIFY_LENGTHS)
        if self._bisection is None:
            return Ask(self._rate, "confirm" if self._votes else "ramp")
        verification = self._verification() if self.precise else None
        return verification or Ask(self._written(self._bisection.ask()), "bisect")

    def _verification(self) -> Ask | None:
        """A long probe at the low end of the interval, if it has one."""
        interval = self.interval
        if interval is None or not interval.low > 0:
            return None
        return Ask(self._written(interval.low), "verify", VERIFY_LENGTHS)

    def _written(self, rate: float) -> float:
        """The rate with as many digits as anyone would write, which engines can keep, if it stays in range."""
        assert self._bisection is not None
        short = float(f"{rate:.{_DIGITS}g}")
        return short if self._bisection.low <= short <= self._bisection.high else rate

    def _climb(self, sustained: bool) -> None:
        """A step of the ramp: a failure counts when two probes of three failed, of the first step when all did."""
        self._votes.append(sustained)
        first = self.held_rate is None
        undecided = ([False], [False, False]) if first else ([False], [False, True])
        if self._votes in undecided:
            return
        self._votes.clear()
        if not sustained and first:
            self.ended = "first_probe"
        elif not sustained:
            assert self.held_rate is not None
            self._search_in(self.held_rate / self.terms.growth, self._rate * math.sqrt(self.terms.growth))
        else:
            self.held_rate = self._rate
            self._at_top = self._rate >= self.terms.max_rate
            self._rate = min(self._rate * self.terms.growth, self.terms.max_rate)

    def _follow(self) -> None:
        """After an answer of the bisection: if the limit seems to be outside its range, look there."""
        assert self._bisection is not None
        below, above = self._bisection.outside
        wider = self.terms.growth**2
        if below > _MISLED:
            self._search_in(self._bisection.low / wider, self._bisection.high)
        elif above > _MISLED and self._bisection.high < self.terms.max_rate:
            self._search_in(self._bisection.low, self._bisection.high * wider)
        elif above > _MISLED:
            self._at_top = True

    def _verify(self, rate: float, sustained: bool) -> None:
        if sustained:
            self.verified_rate = rate
            self.ended = "max_rate" if self._at_top else "converged" if self.precise else "budget"
            return
        self._failed_verifications += 1
        self._at_top = False
        if self._failed_verifications == _MOST_VERIFICATIONS:
            self.ended = "unverified"
        elif self._bisection is None:
            assert self.held_rate is not None
            self._search_in(self.held_rate / self.terms.growth**2, self.terms.max_rate)
        else:
            self._follow()

    def _search_in(self, low: float, high: float) -> None:
        """Begin the bisection of this range, with all answers in it so far."""
        self._bisection = Bisection(low, min(high, self.terms.max_rate), softness=SOFTNESS)
        for answer in self._answers:
            self._inform(answer)

    def _note(self, answer: Answer) -> None:
        self._answers.append(answer)
        self._inform(answer)

    def _inform(self, answer: Answer) -> None:
        bisection = self._bisection
        if bisection is not None and bisection.low <= answer.rate <= bisection.high:
            bisection.tell(answer.rate, answer.sustained, answer.reliability)
