"""Rates of successes (or errors) among trials: an interval for one, and for the difference of two."""

from __future__ import annotations

import math

from .inputs import check_count, check_share
from .intervals import Interval
from .normal import two_sided


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """The rate of successes in n independent trials, with Wilson's score interval (Wilson 1927).

    Good for rates at and near 0 and 1 too. Requests of one run are seldom independent: there the unit is the run.
    ``ValueError`` unless 0 ≤ successes ≤ n and n ≥ 1.
    """
    check_count(n, "n", at_least=1)
    if check_count(successes, "successes") > n:
        raise ValueError(f"{successes} successes cannot come from {n} trials")
    z = two_sided(check_share(confidence, "confidence"))
    rate = successes / n
    centre = successes + z * z / 2
    spread = z * math.sqrt(z * z / 4 + successes * (n - successes) / n)
    low = 0.0 if successes == 0 else (centre - spread) / (n + z * z)
    high = 1.0 if successes == n else (centre + spread) / (n + z * z)
    return Interval(rate, low, high, confidence)


def newcombe(successes_a: int, n_a: int, successes_b: int, n_b: int, confidence: float = 0.95) -> Interval:
    """The difference of two independent rates, a − b (Newcombe 1998, *Statistics in Medicine* 17:873, method 10).

    The ends of the two score intervals are combined as if each were a standard error. ``ValueError`` as ``wilson``.
    """
    a, b = wilson(successes_a, n_a, confidence), wilson(successes_b, n_b, confidence)
    difference = a.estimate - b.estimate
    low = difference - math.hypot(a.estimate - a.low, b.high - b.estimate)
    high = difference + math.hypot(a.high - a.estimate, b.estimate - b.low)
    return Interval(difference, max(-1.0, low), min(1.0, high), confidence)
