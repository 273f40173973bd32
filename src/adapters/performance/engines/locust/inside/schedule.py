"""When users start and leave: a load's points as single changes in time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise


def changes(points: Sequence[Sequence[float]]) -> list[tuple[float, int]]:
    """The changes (seconds, users more or fewer) of a number of users that is linear between points.

    User number k, from 0, is active where the line is above k: users start evenly over a ramp, the first at its
    beginning, and the last to start is the first to leave. Changes at the same moment are one.
    """
    single: list[tuple[float, int]] = []
    for (t0, u0), (t1, u1) in pairwise(points):
        before, after = math.ceil(u0), math.ceil(u1)
        if after > before:
            single += [(_crossing(t0, u0, t1, u1, user), 1) for user in range(before, after)]
        else:
            single += [(_crossing(t0, u0, t1, u1, user), -1) for user in range(before - 1, after - 1, -1)]
    merged: list[tuple[float, int]] = []
    for at, change in single:
        if merged and merged[-1][0] == at:
            merged[-1] = (at, merged[-1][1] + change)
        else:
            merged.append((at, change))
    return [(at, change) for at, change in merged if change]


def _crossing(t0: float, u0: float, t1: float, u1: float, user: int) -> float:
    return t0 + (user - u0) / (u1 - u0) * (t1 - t0)
