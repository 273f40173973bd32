"""Pacing: a user's iterations begin at fixed distances, or at once after one that took longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

_TIMER_S = 0.001
"""Timers of the loop count whole milliseconds, and may be that much early."""


class Pacing:
    """The intervals of a program's scenarios, for all users; ``late`` counts iterations that took longer.

    Setting ``over`` ends every wait: there is no next iteration.
    """

    def __init__(self, scenarios: Sequence[dict[str, Any]], ends_at: Callable[[], float]) -> None:
        self._intervals: list[float] = [scenario["pacing_s"] or 0.0 for scenario in scenarios]
        self._ends_at = ends_at
        self.over = asyncio.Event()
        self.late = 0

    def __bool__(self) -> bool:
        return any(self._intervals)

    async def next(self, began: float, scenario: int, leaves: Callable[[], float]) -> float:
        """Waits after an iteration that was due at ``began``; returns when the next is, no later than now.

        The wait ends when the user ``leaves`` or the load ends, all moments on the clock of ``time.perf_counter``.
        """
        interval = self._intervals[scenario]
        due, now = began + interval, perf_counter()
        if due < now:
            self.late += interval > 0 and now < min(leaves(), self._ends_at()) and not self.over.is_set()
            return now
        while (left := min(due, leaves(), self._ends_at()) - perf_counter()) > 0 and not self.over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(max(left, _TIMER_S)):
                    await self.over.wait()
        return due
