"""How long a thread was ready to run but had no processor: time that other work took, not the function.

Linux tells it for each thread (schedstat, second figure). It is time lost only where the function does nothing but
compute: a sleep or an answer that is due may come just then. And where a process has threads of its own, these may be
the other work. In both cases nothing is said.
"""

from __future__ import annotations

import os
from contextlib import suppress
from time import perf_counter, thread_time

_SCHEDSTAT = "/proc/thread-self/schedstat"
_TASKS = "/proc/self/task"
_LENGTH = 100
_SLEPT = 0.01  # of the time: more is no mere computing


class WaitClock:
    """Between ``begin`` and ``end`` a block is timed; `end` says how much of its time was spent waiting."""

    def __init__(self) -> None:
        self._file: int | None = None
        with suppress(OSError):
            self._file = os.open(_SCHEDSTAT, os.O_RDONLY)
        self._waited_ns: int | None = None
        self._began = self._computed = 0.0

    def begin(self) -> None:
        """To be called just before."""
        self._waited_ns = self._read() if self._file is not None and _has_one_thread() else None
        self._computed = thread_time()
        self._began = perf_counter()

    def end(self, elapsed_s: float) -> float | None:
        """Just after: of the time of the block, the seconds of waiting; None where they are not told."""
        passed_s = perf_counter() - self._began
        computed_s = thread_time() - self._computed
        if self._waited_ns is None:
            return None
        waited_s = (self._read() - self._waited_ns) / 1e9
        slept_s = passed_s - computed_s - waited_s
        if slept_s > _SLEPT * passed_s or not _has_one_thread():
            return None
        own_s = passed_s - waited_s  # what was waited before or after the block is in both
        return max(0.0, elapsed_s - own_s) if own_s > 0 else 0.0

    def close(self) -> None:
        """Closes the file that it reads."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _read(self) -> int:
        assert self._file is not None
        return int(os.pread(self._file, _LENGTH, 0).split()[1])


def _has_one_thread() -> bool:
    return len(os.listdir(_TASKS)) == 1  # noqa: PTH208  twice as fast
