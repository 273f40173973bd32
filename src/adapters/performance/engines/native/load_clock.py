"""The load's own time: it stands still while the load is paused, and it has an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

_NEVER = float("inf")
_LONG_AGO = float("-inf")


class LoadClock:
    """Seconds of load, in which the plan's duration, ramps and stages are counted.

    Moments are those of ``time.perf_counter``. No iteration and no step starts from ``open_until`` on: the end of the
    load, or a moment long past while it is paused. ``on_change`` is called at once when the load is paused, resumed or
    ended before its time, as ``stopped`` tells; ``over`` is set when it has ended, however that came.
    """

    def __init__(self) -> None:
        self.ends_at = self.open_until = _NEVER
        self.over = asyncio.Event()
        self.stopped = False
        self.on_change: Callable[[], None] = lambda: None
        self._epoch = 0.0
        self._duration_s = _NEVER
        self._paused_at: float | None = None
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._timer: asyncio.TimerHandle | None = None
        self._sleeper: asyncio.Future[None] | None = None

    def begin(self, epoch: float, duration_s: float | None) -> None:
        """Second 0 is at the moment ``epoch``; the load ends after ``duration_s`` seconds of its own, if at all."""
        self._epoch = epoch
        self._duration_s = _NEVER if duration_s is None else duration_s
        if not self.over.is_set():
            self._run_on()

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._paused_at is not None

    def second(self, moment: float) -> float:
        """The second of the load at a moment, not before the last pause or change."""
        return (moment if self._paused_at is None else self._paused_at) - self._epoch

    def moment(self, second: float) -> float:
        """When a second of the load is reached, as things stand; infinity while it is paused."""
        return self._epoch + second if self._paused_at is None else _NEVER

    def pause(self, at: float) -> None:
        """Stands still from the moment ``at``."""
        self._paused_at = at
        self._cancel_timer()
        self._goes_on.clear()
        self.ends_at, self.open_until = _NEVER, _LONG_AGO
        self._changed()

    def resume(self, at: float) -> None:
        """Goes on from the moment ``at`` where it stood."""
        if self._paused_at is not None:
            self._epoch += at - self._paused_at
            self._paused_at = None
            self._goes_on.set()
            self._run_on()
            self._changed()

    def end(self) -> None:
        """Ends the load now."""
        self._cancel_timer()
        self.ends_at = self.open_until = min(self.ends_at, perf_counter())
        self._goes_on.set()
        self.stopped = True
        self.over.set()
        self._changed()

    async def goes_on(self) -> bool:
        """Waits while the load is paused; whether anything may start then."""
        await self._goes_on.wait()
        return perf_counter() < self.ends_at

    async def wait(self, moment: float) -> None:
        """Waits until a moment, to a millisecond, or until something changes; for one task at a time."""
        loop = asyncio.get_running_loop()
        self._sleeper = sleeper = loop.create_future()
        timer = None
        if moment != _NEVER:
            timer = loop.call_later(max(0.0, moment - perf_counter()), self.wake)
        try:
            await sleeper
        finally:
            if timer is not None:
                timer.cancel()

    def wake(self) -> None:
        """Ends the ``wait`` under way, if there is one."""
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    def _run_on(self) -> None:
        self.ends_at = self.open_until = self._epoch + self._duration_s
        if self.ends_at != _NEVER:
            self._await_end()

    def _await_end(self) -> None:
        """Ends when the time is over and never before: timers of the loop may be a millisecond early."""
        left_s = self.ends_at - perf_counter()
        if left_s > 0:
            self._timer = asyncio.get_running_loop().call_later(left_s, self._await_end)
        else:
            self.over.set()
            self.wake()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _changed(self) -> None:
        self.on_change()
        self.wake()
