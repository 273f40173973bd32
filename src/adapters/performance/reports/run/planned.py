"""The load that a plan asked for, as a curve over time, read from its public form as it stands in a result."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from ...plan.load import ClosedLoad, Load, OpenLoad

_LOAD: TypeAdapter[ClosedLoad | OpenLoad | object] = TypeAdapter(Load)


@dataclass(frozen=True, slots=True)
class Planned:
    """What was asked for: ``users`` or iterations per second, linear between ``points`` (second, level)."""

    of: Literal["users", "rate"]
    points: Sequence[tuple[float, float]]
    user_limit: int | None = None

    def at(self, second: float) -> float | None:
        """The level at a moment, after a jump at that moment; None once the load is over."""
        times = [time for time, _ in self.points]
        place = bisect_right(times, second)
        if place == len(times):
            return self.points[-1][1] if second == times[-1] else None
        (start, low), (end, high) = self.points[place - 1], self.points[place]
        return low + (high - low) * (second - start) / (end - start)

    def plateau(self) -> tuple[float, float]:
        """The longest stretch in which the level stays the same, in seconds; of no length if there is none."""
        stretches: list[tuple[float, float]] = []
        for (start, low), (end, high) in pairwise(self.points):
            if low != high or not high:
                continue
            if stretches and stretches[-1][1] == start and self.at(stretches[-1][0]) == low:
                start = stretches.pop()[0]
            stretches.append((start, end))
        return max(stretches, key=lambda stretch: stretch[1] - stretch[0], default=(0.0, 0.0))


def planned(plan: Mapping[str, Any]) -> Planned | None:
    """The curve of a plan; None of one without, such as a number of iterations, or of one that cannot be read."""
    try:
        load = _LOAD.validate_python(plan.get("load"))
    except ValidationError:  # written by another version, or a script's own
        return None
    if isinstance(load, ClosedLoad):
        return Planned("users", load.points())
    if isinstance(load, OpenLoad):
        return Planned("rate", load.points(), load.user_limit)
    return None
