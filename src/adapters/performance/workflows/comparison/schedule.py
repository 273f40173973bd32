"""Which configuration runs when, and how many runs a verdict takes."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ...stats import reachable_confidence

MIN_RUNS = 5
"""Fewer runs a side give no verdict."""


def interleaved(names: Sequence[str], repeats: int, seed: int) -> list[str]:
    """Every name ``repeats`` times: in an order that is drawn for the first round, and turned around after each."""
    first = list(names)
    random.Random(seed).shuffle(first)
    return [name for turn in range(repeats) for name in (first if turn % 2 == 0 else reversed(first))]


def repeats_needed(comparisons: int, alpha: float = 0.05) -> int:
    """The fewest runs a side with which one of so many comparisons can be significant at all (Holm's first step)."""
    runs = MIN_RUNS
    while (1 - reachable_confidence(runs, runs)) * comparisons > alpha:
        runs += 1
    return runs
