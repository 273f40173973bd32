"""The pulse of a worker's event loop: how late a timer fires that is due at least ten times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter

_BEAT_S = 0.1
_LEAST_S = 0.001


class Pulse:
    """How late the timer fired, in seconds; a timer of the loop counts whole milliseconds."""

    def __init__(self) -> None:
        self._lags: list[float] = []

    async def beat(self, at_each: Sequence[Callable[[], None]], next_at: Callable[[], float]) -> None:
        """Beats until cancelled, and calls all of ``at_each``; there is a beat at ``next_at`` (perf_counter) too."""
        while True:
            now = perf_counter()
            wait_s = max(_LEAST_S, min(_BEAT_S, next_at() - now))
            due = now + wait_s
            await asyncio.sleep(wait_s)
            self._lags.append(max(0.0, perf_counter() - due))
            for call in at_each:
                call()

    def take(self) -> list[float]:
        """The lags since the last time."""
        lags, self._lags = self._lags, []
        return lags
