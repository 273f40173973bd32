"""Pauses: how long a user thinks."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from .session import Session


def compile_pause(step: dict[str, Any]) -> float | Callable[[Session], float]:
    """How many seconds a pause step lasts: a constant, or drawn with the session's own random numbers."""
    match step["law"]:
        case "normal":
            mean, stdev = step["mean_s"], step["stdev_s"]
            return lambda session: _not_negative(session.random, mean, stdev)
        case "exponential":
            rate = 1 / step["mean_s"]
            return lambda session: session.random.expovariate(rate)
    least, most = step["min_s"], step["max_s"]
    return least if least == most else lambda session: session.random.uniform(least, most)


def _not_negative(chance: random.Random, mean: float, stdev: float) -> float:
    """A normally distributed number, drawn again as long as it is negative."""
    while (drawn := chance.gauss(mean, stdev)) < 0:
        pass
    return drawn
