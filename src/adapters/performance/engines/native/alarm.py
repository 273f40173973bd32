"""Waking at a moment: a timer brings a loop near it, and the last of the way it looks at the clock at every turn.

A process that sleeps takes 50 to 100 µs to be woken, by its timer and by an answer as well: time that would be told as
the server's. So from a thousand arrivals a second on a worker does not sleep at all, and uses a whole processor.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Callable
from time import perf_counter
from typing import Protocol

_TIMER_S = 0.001
_POLLED_S = 0.001
_CLOCK_MONOTONIC = 1
_NONBLOCK, _CLOEXEC, _ABSOLUTE = os.O_NONBLOCK, 0o2000000, 1
_NS = 1_000_000_000


class Alarm(Protocol):
    """Calls a function at a moment on the clock of ``time.perf_counter``, and never before."""

    def set(self, moment: float) -> None:
        """Rings once at ``moment``, instead of when it was set to before."""

    def close(self) -> None:
        """Never rings again."""


def make_alarm(ring: Callable[[], None]) -> Alarm:
    """The most exact alarm there is here, in the running loop."""
    if sys.platform == "linux" and sys.maxsize > 2**32 and _counts_monotonic():
        with contextlib.suppress(OSError, AttributeError):  # a kernel, or a sandbox, without such timers
            return SystemAlarm(ring)
    return PolledAlarm(ring)


def _counts_monotonic() -> bool:
    return "CLOCK_MONOTONIC)" in time.get_clock_info("perf_counter").implementation


class PolledAlarm:
    """Near its moment by a timer of the loop, which counts whole milliseconds."""

    _NEAR_S = 2 * _TIMER_S

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._moment = 0.0
        self._handle: asyncio.Handle | None = None

    def set(self, moment: float) -> None:
        """Rings once at ``moment``, instead of when it was set to before."""
        if self._handle is not None:
            self._handle.cancel()
        self._moment = moment
        self._look()

    def close(self) -> None:
        """Never rings again."""
        if self._handle is not None:
            self._handle.cancel()

    def _look(self) -> None:
        left = self._moment - perf_counter()
        if left > self._NEAR_S:
            self._come_near()
        else:
            self._handle = self._loop.call_soon(self._look if left > 0 else self._ring)

    def _come_near(self) -> None:
        left = self._moment - perf_counter()
        self._handle = self._loop.call_later(left - _TIMER_S, self._look)


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_int64), ("nanoseconds", ctypes.c_int64))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


class SystemAlarm(PolledAlarm):
    """Near its moment by a timer of Linux, which counts nanoseconds and is waited for like a socket.

    See ``man timerfd_create``. Python has them from 3.13 on; the C library's are called here. OSError where there are
    none.
    """

    _NEAR_S = _POLLED_S

    def __init__(self, ring: Callable[[], None]) -> None:
        super().__init__(ring)
        library = ctypes.CDLL(None, use_errno=True)
        self._settime = library.timerfd_settime
        self._setting = _Setting()
        self._value = self._setting.value
        self._pointer = ctypes.byref(self._setting)
        self._descriptor: int = library.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK | _CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._loop.add_reader(self._descriptor, self._is_near)

    def close(self) -> None:
        """Never rings again."""
        super().close()
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _come_near(self) -> None:
        seconds, nanoseconds = divmod(max(1, int((self._moment - self._NEAR_S) * _NS)), _NS)
        self._value.seconds, self._value.nanoseconds = seconds, nanoseconds
        self._settime(self._descriptor, _ABSOLUTE, self._pointer, None)

    def _is_near(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it was set anew in this very turn of the loop
            os.read(self._descriptor, 8)
            self.set(self._moment)
