"""Waking at a moment: by a timer of the system where a loop can wait for one, else by looking at the clock."""

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
    """Timers of the loop count whole milliseconds: the last one is spent looking at the clock at every turn."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._moment = 0.0
        self._handle: asyncio.Handle | None = None

    def set(self, moment: float) -> None:
        """Rings once at ``moment``, instead of when it was set to before."""
        self.close()
        self._moment = moment
        self._look()

    def close(self) -> None:
        """Never rings again."""
        if self._handle is not None:
            self._handle.cancel()

    def _look(self) -> None:
        left = self._moment - perf_counter()
        if left > 2 * _TIMER_S:
            self._handle = self._loop.call_later(left - _TIMER_S, self._look)
        else:
            self._handle = self._loop.call_soon(self._look if left > 0 else self._ring)


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_int64), ("nanoseconds", ctypes.c_int64))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


class SystemAlarm:
    """Linux has timers of nanoseconds that a loop waits for like for a socket (``man timerfd_create``).

    Python has them from 3.13 on; the C library's are called here. OSError where there are none.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        library = ctypes.CDLL(None, use_errno=True)
        self._settime = library.timerfd_settime
        self._setting = _Setting()
        self._value = self._setting.value
        self._pointer = ctypes.byref(self._setting)
        self._descriptor: int = library.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK | _CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._loop.add_reader(self._descriptor, self._rings)

    def set(self, moment: float) -> None:
        """Rings once at ``moment``, instead of when it was set to before."""
        seconds, nanoseconds = divmod(max(1, -int(-moment * _NS)), _NS)
        self._value.seconds, self._value.nanoseconds = seconds, nanoseconds
        self._settime(self._descriptor, _ABSOLUTE, self._pointer, None)

    def close(self) -> None:
        """Never rings again."""
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _rings(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it was set anew in this very turn of the loop
            os.read(self._descriptor, 8)
            self._ring()
