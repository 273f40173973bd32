"""Pacing: a user's iterations begin at fixed distances, or at once after one that took longer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

from .crowd import Stay
from .load_clock import LoadClock

_TIMER_S = 0.001
"""Timers of the loop count whole milliseconds, and may be that much early."""


class Pacing:
    """The intervals of a program's scenarios, for all users; ``late`` counts iterations that took longer.

    Setting ``over`` ends every wait: there is no next iteration. A pause of the load makes no iteration longer.
    """

    def __init__(self, scenarios: Sequence[dict[str, Any]], time: LoadClock) -> None:
        self._intervals: list[float] = [scenario["pacing_s"] or 0.0 for scenario in scenarios]
        self._time = time
        self.over = asyncio.Event()
        self.late = 0

    def __bool__(self) -> bool:
        return any(self._intervals)

    async def next(self, began_s: float, scenario: int, stay: Stay) -> float:
        """Waits after an iteration that was due at ``began_s``; returns when the next is, no later than now.

        Both are seconds of the load. The wait ends when the user must leave or the load ends.
        """
        interval, time = self._intervals[scenario], self._time
        due_s, now_s = began_s + interval, time.second(perf_counter())
        if due_s < now_s:
            may_go_on = perf_counter() < min(stay.until, time.ends_at) and not self.over.is_set()
            self.late += interval > 0 and may_go_on
            return now_s
        while not self.over.is_set():
            left = min(time.moment(due_s), stay.until, time.ends_at) - perf_counter()
            if left <= 0:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(max(left, _TIMER_S)):
                    await self.over.wait()
        return due_s
