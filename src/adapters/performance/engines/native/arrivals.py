"""The open model: each arrival takes a user that is free, or is dropped, or waits."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from math import inf
from time import perf_counter

from ....http.wire.signal import Signal
from .alarm import Alarm, make_alarm
from .load_clock import LoadClock
from .recorder import WindowClock
from .shape import Schedule

_TURN_S = 0.001
"""For so long overdue arrivals are started before other tasks have their turn."""
_MANY = 10_000
_LATEST_S = 0.1
"""So long after the end of the load arrivals that were due before it are started."""


class Arrivals:
    """One worker's share of the arrivals: ``serve(slot, due)`` is what one of up to ``limit`` users does for one.

    The first free slot takes an arrival. They are due in seconds of load, so that those that wait through a pause are
    not later for it. A user that ``serve`` says False of takes no more of them. What is due before the end is started,
    if need be a tenth of a second after it; what could not be is ``missed``.
    """

    def __init__(
        self,
        time: LoadClock,
        clock: WindowClock,
        schedule: Schedule,
        serve: Callable[[int, float], Awaitable[bool]],
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
        self._waiting: deque[tuple[float, float]] = deque()
        self._alarm: Alarm
        self._rung: Signal
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = True
        self.missed = 0

    async def run(self) -> None:
        """Starts each arrival when it is due until the load is over, and waits until all are done."""
        self._rung = Signal(asyncio.get_running_loop(), on_cancel=lambda: None)
        self._alarm = make_alarm(self._rung.set)
        self._time.on_change = self._look_again
        try:
            await self._start_all()
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            self._time.on_change = lambda: None
            self._alarm.close()
            self._clock.dropped += len(self._waiting)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._open:
                await self._count_missed()

    def start_no_more(self) -> None:
        """No arrival is taken note of any more."""
        self._open = False
        self._waiting.clear()
        self._look_again()

    def change(self, rate: float, at_s: float) -> None:
        """From second ``at_s`` of the load to its end arrivals have this rate, whatever was to come."""
        self._schedule.change(rate, at_s)
        self._time.on_change()

    async def _start_all(self) -> None:
        time, schedule = self._time, self._schedule
        turned_at = perf_counter()
        while self._open and not time.stopped:
            due = time.moment(schedule.due)
            now = perf_counter()
            if min(due, time.ends_at) > now:
                await self._until(min(due, time.ends_at))
                turned_at = perf_counter()
            elif due >= time.ends_at or now >= time.ends_at + _LATEST_S:
                return
            else:
                self._arrive(schedule.due)
                schedule.advance()
                if now - turned_at > _TURN_S:
                    await asyncio.sleep(0)
                    turned_at = perf_counter()

    async def _until(self, moment: float) -> None:
        """Waits until a moment and never less, unless something changes."""
        if moment != inf:
            self._alarm.set(moment)
        await self._rung

    def _look_again(self) -> None:
        """Something changed: what was waited for may be another moment now, and after a pause users may be free."""
        self._start_waiting()
        self._alarm.set(perf_counter())

    async def _count_missed(self) -> None:
        """Counts the arrivals that were due before the end and not started."""
        end_s = self._time.second(self._time.ends_at)
        while self._schedule.due < end_s:
            self._schedule.advance()
            self.missed += 1
            if self.missed % _MANY == 0:
                await asyncio.sleep(0)

    def _arrive(self, due_s: float) -> None:
        if self._idle or self._used < self._limit:
            self._start(due_s)
        elif self._queue:
            self._waiting.append((due_s, _late(self._time.moment(due_s))))
        else:
            self._clock.dropped += 1

    def _start(self, due_s: float, lag: float | None = None) -> None:
        """Gives an arrival to a slot that is free; ``lag`` is how late it was taken note of if it had to wait."""
        if self._idle:
            slot = heapq.heappop(self._idle)
        else:
            slot = self._used
            self._used += 1
        task = asyncio.ensure_future(self._occupy(slot, self._time.moment(due_s), lag))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _start_waiting(self) -> None:
        """Free slots take the arrivals that wait."""
        while self._waiting and self._idle and not self._time.paused and not self._time.over.is_set():
            self._start(*self._waiting.popleft())

    async def _occupy(self, slot: int, due: float, lag: float | None) -> None:
        """Serves an arrival, and those that wait then; the time they waited for a slot is not the scheduler's lag."""
        clock, time = self._clock, self._time
        clock.user_begins()
        lag = _late(due) if lag is None else lag
        stays = True
        try:
            while True:
                clock.lag.append(lag)
                stays = await self._serve(slot, due)
                if not stays or not self._waiting or perf_counter() >= time.open_until:
                    break
                due_s, lag = self._waiting.popleft()
                due = time.moment(due_s)
        finally:
            clock.user_ends()
            if stays:
                heapq.heappush(self._idle, slot)


def _late(due: float) -> float:
    """For how long something has been due."""
    return max(0.0, perf_counter() - due)
