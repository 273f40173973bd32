"""The pulse of a worker's event loop: how late a timer fires that is due ten times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

_BEAT_S = 0.1


class Pulse:
    """How late the timer fired, in seconds; a timer of the loop counts whole milliseconds."""

    def __init__(self) -> None:
        self._lags: list[float] = []

    async def beat(self, at_each: Callable[[], None]) -> None:
        """Beats until cancelled, and calls ``at_each`` each time."""
        while True:
            due = perf_counter() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            self._lags.append(max(0.0, perf_counter() - due))
            at_each()

    def take(self) -> list[float]:
        """The lags since the last time."""
        lags, self._lags = self._lags, []
        return lags
