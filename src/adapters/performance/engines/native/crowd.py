"""The closed model: users come and go as the shape of the load says, which can be changed while it runs."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from time import perf_counter

from .load_clock import LoadClock
from .shape import Points, active_spans

_FOREVER = float("inf")
_NOW = float("-inf")


class Stay:
    """A user's leave to start iterations ``until`` a moment, which may change at any time."""

    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until = _NOW

    def goes_on(self, now: float) -> bool:
        """Whether the next iteration may start."""
        return now < self.until


class Crowd:
    """The users of one worker's share of a load; ``points`` are the number of all workers' users over load time.

    ``live(number, stay)`` is what a user does while it is there. One that must leave finishes its iteration first.
    Nobody is let in any more when there is no ``more`` to do.
    """

    def __init__(
        self,
        time: LoadClock,
        points: Points,
        live: Callable[[int, Stay], Awaitable[None]],
        more: Callable[[], bool] = lambda: True,
        *,
        worker: int,
        workers: int,
    ) -> None:
        self._time = time
        self._points = points
        self._live = live
        self._more = more
        self._worker, self._workers = worker, workers
        self._stays: dict[int, Stay] = {}
        self._coming: deque[tuple[float, float, int]] = deque()
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Lets users in until the load is over, and waits until all have left."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self._follow()
            self._time.on_change = self._follow
            while self._more() and not self._time.over.is_set():
                next_s = self._coming[0][0] if self._coming else _FOREVER
                await self._time.wait(self._time.moment(next_s))
                self._let_in()
            self._group = None

    def start_no_more(self) -> None:
        """Nobody is let in any more; those who are there leave of themselves."""
        self._more = lambda: False
        self._time.wake()

    def change(self, users: float, at_s: float) -> None:
        """From now (second ``at_s`` of the load) to its end there are so many users, whatever was to come."""
        self._points = [(0.0, users), (self._points[-1][0], users)]
        self._follow()

    def _follow(self) -> None:
        """Reckons anew who may stay until when, and who is to come: after a pause, a change, or the end."""
        for stay in self._stays.values():
            stay.until = _NOW
        now_s = self._time.second(perf_counter())
        most = math.ceil(max(users for _, users in self._points))
        spans = (
            (start_s, end_s, number)
            for number in range(self._worker, most, self._workers)
            for start_s, end_s in active_spans(self._points, number)
            if end_s > now_s
        )
        self._coming = deque(sorted(spans))
        self._let_in()

    def _let_in(self) -> None:
        """Lets in everyone whose time has come."""
        if self._group is None or self._time.paused or self._time.over.is_set():
            return
        now_s = self._time.second(perf_counter())
        while self._coming and self._coming[0][0] <= now_s:
            _, end_s, number = self._coming.popleft()
            stay = self._stays.get(number)
            if stay is None:
                stay = self._stays[number] = Stay()
                self._group.create_task(self._there(number, stay))
            stay.until = self._time.moment(end_s)

    async def _there(self, number: int, stay: Stay) -> None:
        try:
            await self._live(number, stay)
        finally:
            del self._stays[number]
            self._time.wake()
