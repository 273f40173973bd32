"""The open model: each arrival takes a user that is free, or is dropped, or waits."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from time import perf_counter

from .load_clock import LoadClock
from .recorder import WindowClock
from .shape import Schedule

_TIMER_S = 0.001


class Arrivals:
    """One worker's share of the arrivals: ``serve(slot, due)`` is what one of up to ``limit`` users does for one.

    The first free slot takes an arrival. They are due in seconds of load, so that those that wait through a pause are
    not later for it.
    """

    def __init__(
        self,
        time: LoadClock,
        clock: WindowClock,
        schedule: Schedule,
        serve: Callable[[int, float], Awaitable[None]],
        *,
        limit: int,
        queue: bool,
    ) -> None:
        self._time = time
        self._clock = clock
        self._schedule = schedule
        self._serve = serve
        self._limit = limit
        self._queue = queue
        self._idle: list[int] = []
        self._used = 0
        self._waiting: deque[float] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Starts each arrival when it is due until the load is over, and waits until all are done."""
        self._time.on_change = self._start_waiting
        try:
            while await self._next():
                self._arrive(self._schedule.due)
                self._schedule.advance()
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            self._clock.dropped += len(self._waiting)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def change(self, rate: float, at_s: float) -> None:
        """From second ``at_s`` of the load to its end arrivals have this rate, whatever was to come."""
        self._schedule.change(rate, at_s)
        self._time.wake()

    async def _next(self) -> bool:
        """Waits until an arrival is due and never less; False when the load is over before.

        Timers of the loop count whole milliseconds, so the last one is polled.
        """
        time = self._time
        while not time.over.is_set():
            moment = time.moment(self._schedule.due)
            left_s = moment - perf_counter()
            if left_s <= 0:
                return perf_counter() < time.ends_at
            if left_s > 2 * _TIMER_S:
                await time.wait(moment - _TIMER_S)
            else:
                await asyncio.sleep(0)
        return False

    def _arrive(self, due_s: float) -> None:
        if self._idle or self._used < self._limit:
            self._start(due_s)
        elif self._queue:
            self._waiting.append(due_s)
        else:
            self._clock.dropped += 1

    def _start(self, due_s: float) -> None:
        """Gives an arrival to a slot that is free."""
        if self._idle:
            slot = heapq.heappop(self._idle)
        else:
            slot = self._used
            self._used += 1
        task = asyncio.ensure_future(self._occupy(slot, self._time.moment(due_s)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _start_waiting(self) -> None:
        """After a pause slots may be free while arrivals wait."""
        while self._waiting and self._idle and not self._time.paused and not self._time.over.is_set():
            self._start(self._waiting.popleft())

    async def _occupy(self, slot: int, due: float) -> None:
        """Serves an arrival, and those that wait then."""
        clock, time = self._clock, self._time
        clock.user_begins()
        try:
            while True:
                clock.lag.append(max(0.0, perf_counter() - due))
                await self._serve(slot, due)
                if not self._waiting or perf_counter() >= time.open_until:
                    break
                due = time.moment(self._waiting.popleft())
        finally:
            clock.user_ends()
            heapq.heappush(self._idle, slot)
