"""What is measured, packed as it happens and streamed to polyload by a greenlet of its own."""

from __future__ import annotations

import os
import platform
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.os import make_nonblocking, nb_write

from .frames import (
    ASIDE,
    BEGIN,
    COUNTS,
    ERROR,
    EXCEPTION,
    FINISH,
    GROUP,
    NAME,
    SAMPLE,
    SAMPLES,
    frame,
    json_frame,
)

BLOCK_BYTES = 64 * 1024
FLUSH_S = 0.1
MAX_MESSAGE = 200
MAX_ERRORS = 1000
MAX_EXCEPTIONS = 20

_pack = SAMPLE.pack


class Recorder:
    """Counts and samples of one Locust process.

    ``started`` counts requests sent and ``finished`` those recorded, so that the difference is in flight.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = -1
        self._out = bytearray()
        self._samples = bytearray()
        self._names: dict[tuple[bytes, str], int] = {}
        self._errors: dict[tuple[str, str], int] = {}
        self._exceptions: set[str] = set()
        self._writing = BoundedSemaphore(1)
        self._due = Event()
        self._finished = self._closed = False
        self._second = 0
        self._iterations = 0
        self._checks: dict[str, list[int]] = {}
        self._cpu_s = 0.0
        self.epoch = 0.0
        self.last_end = 0.0
        self.users = 0
        self.count_users: Callable[[], int] = lambda: self.users
        self.started = 0
        self.finished = 0
        self.exceptions = 0

    def open(self) -> None:
        """Connects to polyload; to be called in the process that sends requests."""
        self._fd = os.open(self._path, os.O_WRONLY)
        make_nonblocking(self._fd)
        gevent.spawn(self._stream)

    def begin(self, version: str) -> None:
        """The load begins now: seconds count from here."""
        self._out += json_frame(
            BEGIN, {"started_at": time.time(), "version": version, "python": platform.python_version()}
        )
        self._cpu_s = time.process_time()
        self.epoch = self.last_end = perf_counter()
        self._due.set()

    def name(self, text: str, *, aside: bool = False) -> int:
        """The number of a request name; ``aside`` when its requests are in no other figure."""
        return self._number(ASIDE if aside else NAME, text)

    def group(self, text: str) -> int:
        """The number of a group's name, to be told like a request when the group has ended."""
        return self._number(GROUP, text)

    def _number(self, kind: bytes, text: str) -> int:
        number = self._names.get((kind, text))
        if number is None:
            number = self._names[kind, text] = len(self._names)
            self._out += frame(kind, text.encode("utf-8", "replace"))
        return number

    def sending(self, *, aside: bool = False) -> None:
        """One request is about to be sent."""
        self.started += not aside

    def add(
        self,
        name: int,
        end: float,
        latency_s: float,
        status: int,
        failure: tuple[str, str] | None,
        *,
        aside: bool = False,
    ) -> None:
        """One finished request; ``end`` is a ``perf_counter`` time, a NaN latency is unknown."""
        if self._finished or (self._closed and not aside):
            return
        error = -1 if failure is None else self._error(failure)
        self._samples += _pack(end - self.epoch, latency_s * 1e9, name, error, status)
        if not aside:
            self.finished += 1
            self.last_end = end
        if len(self._samples) >= BLOCK_BYTES:
            self._due.set()

    def group_ended(self, name: int, end: float, duration_s: float, *, failed: bool) -> None:
        """One group of steps that came to its end, at a ``perf_counter`` time."""
        if not (self._finished or self._closed):
            error = self._error(("check", "a request of the group failed")) if failed else -1
            self._samples += _pack(end - self.epoch, duration_s * 1e9, name, error, 0)

    def change_users(self, change: int) -> None:
        """So many users more, or fewer, are active from now on."""
        if perf_counter() - self.epoch >= self._second + 1:
            self._roll()
        self.users += change

    def turn_to(self, moment: float) -> None:
        """What is counted next belongs to the second of a ``perf_counter`` time."""
        if moment - self.epoch >= self._second + 1:
            self._roll()

    def check(self, name: str, passed: bool) -> None:
        """One check of an answer."""
        self._checks.setdefault(name, [0, 0])[0 if passed else 1] += 1

    def close(self) -> None:
        """The load has ended: from now on only what is measured aside is recorded."""
        self._closed = True

    def iteration(self) -> None:
        """One iteration came to its end."""
        if self._closed:
            return
        if perf_counter() - self.epoch >= self._second + 1:
            self._roll()
        self._iterations += 1

    def exception(self, error: BaseException) -> None:
        """An error that no request accounts for."""
        self.exceptions += 1
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = f" ({Path(last[0].filename).name}, line {last[0].lineno})" if last else ""
        text = f"{type(error).__name__}: {error}"[:MAX_MESSAGE] + where
        if text not in self._exceptions and len(self._exceptions) < MAX_EXCEPTIONS:
            self._exceptions.add(text)
            self._out += frame(EXCEPTION, text.encode("utf-8", "replace"))

    def finish(self, *, ended: float | None, interrupted: int | None, **about: Any) -> None:
        """The load has ended, at ``ended`` unless it was cut short: nothing is recorded any more."""
        if self._finished:
            return
        self._roll(last=True)
        self._finished = True
        window_end = max(self.last_end, ended if ended is not None else perf_counter())
        report = {
            "duration_s": window_end - self.epoch if self.epoch else None,
            "cut_short": ended is None,
            "interrupted": interrupted,
            "exceptions": self.exceptions,
            "cpu_s": time.process_time() - self._cpu_s,
        }
        self._out += json_frame(FINISH, {**report, **about})
        self.flush()

    def flush(self) -> None:
        """Writes what there is; other greenlets run while the pipe is full."""
        with self._writing:
            if self.epoch and not self._finished:
                self._roll()
            data, self._out = memoryview(self._out), bytearray()
            while data:
                try:
                    data = data[nb_write(self._fd, data) :]
                except BrokenPipeError:
                    os._exit(1)  # polyload is gone, and nobody else would end this process

    def _stream(self) -> None:
        while True:
            self._due.wait(FLUSH_S)
            self._due.clear()
            self.flush()

    def _error(self, failure: tuple[str, str]) -> int:
        failure = (failure[0], failure[1][:MAX_MESSAGE])
        if failure not in self._errors and len(self._errors) >= MAX_ERRORS:
            failure = (failure[0], "further messages, not told apart")
        number = self._errors.get(failure)
        if number is None:
            number = self._errors[failure] = len(self._errors)
            self._out += json_frame(ERROR, failure)
        return number

    def _roll(self, *, last: bool = False) -> None:
        """Seals the samples there are and, when its second is over, the counts that go with them."""
        if self._samples:
            self._out += frame(SAMPLES, self._samples)
            self._samples = bytearray()
        now_s = perf_counter() - self.epoch
        if now_s < self._second + 1 and not last:
            return
        counts = {
            "second": self._second,
            "now_s": now_s,
            "users": self.count_users(),
            "iterations": self._iterations,
        }
        self._out += json_frame(COUNTS, {**counts, "checks": self._checks})
        self._second = int(now_s)
        self._iterations, self._checks = 0, {}
