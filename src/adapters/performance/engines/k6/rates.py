"""Rates as k6 takes them: whole numbers per unit of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

_LONGEST_UNIT_S = 2**63 // 10**9
_LARGEST = 2**53


def common_rates(rates: Sequence[float]) -> tuple[list[int], int] | None:
    """Rates per second as whole numbers per unit of so many seconds, exactly as they are written; None if none fits."""
    exact = [Fraction(repr(rate)) for rate in rates]
    unit_s = math.lcm(*(rate.denominator for rate in exact))
    counts = [int(rate * unit_s) for rate in exact]
    if unit_s > _LONGEST_UNIT_S or max(counts) > _LARGEST:
        return None
    return counts, unit_s
