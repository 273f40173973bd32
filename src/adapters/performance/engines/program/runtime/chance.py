"""Random numbers as every interpreter draws them, from the bits of a Mersenne Twister.

k6's script has the same generator, seeded in the same way, and the same functions on it (``random.js``).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import accumulate, count


def seeded(seed: int | None, user: int) -> random.Random:
    """A user's own random numbers."""
    return random.Random(None if seed is None else seed * 1_000_003 + user)


def compile_below(limit: int) -> Callable[[random.Random], int]:
    """Draws a whole number from 0 to ``limit`` - 1: as many bits as it needs, again as long as they are too many."""
    bits = limit.bit_length()

    def draw(chance: random.Random) -> int:
        drawn = chance.getrandbits(bits)
        while drawn >= limit:
            drawn = chance.getrandbits(bits)
        return drawn

    return draw


def below(chance: random.Random, limit: int) -> int:
    """A whole number from 0 to ``limit`` - 1."""
    bits = limit.bit_length()
    drawn = chance.getrandbits(bits)
    while drawn >= limit:
        drawn = chance.getrandbits(bits)
    return drawn


def compile_weighted(weights: list[float]) -> Callable[[random.Random], int]:
    """Draws an index, each as often as its weight says: one number, even where there is only one index to draw."""
    bounds = list(accumulate(weights))
    total, last = float(bounds[-1]), len(bounds) - 1

    def draw(chance: random.Random) -> int:
        point = chance.random() * total
        return next((index for index, bound in zip(count(), bounds) if point < bound), last)

    return draw
