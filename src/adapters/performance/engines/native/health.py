"""What the generator's processes use, and the target's if its pid is known: looked at once a second by the parent."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import psutil

from ...errors import UsageError
from ...metrics.histogram import Histogram
from ...metrics.resources import LoopLag, ProcessUse, WorkerHealth
from .workers import Worker

_EVERY_S = 1.0
_SHORTEST_S = 0.5


class Usage:
    """The CPU, memory and open files of one process, as they were when it was looked at."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process: psutil.Process | None = None
        with suppress(psutil.NoSuchProcess):
            self._process = psutil.Process(pid)
        self._first: tuple[float, float] | None = None
        self._second: tuple[float, float] | None = None
        self._latest: tuple[float, float] | None = None
        self._cpu_max: float | None = None
        self._rss_max: int | None = None
        self._files_max: int | None = None
        self._count_files_at = 0.0

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        return self._process is None

    def look(self) -> None:
        """Looks at the process, unless it is gone; what the system does not tell stays unknown."""
        if self._process is None:
            return
        now = perf_counter()
        try:
            seen = self._process.as_dict(["status", "cpu_times", "memory_info"])
        except psutil.NoSuchProcess:
            seen = {"status": psutil.STATUS_DEAD}
        if seen["status"] in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            self._process = None
            return
        if (times := seen["cpu_times"]) is not None:
            self._add_cpu(now, times.user + times.system)
        if (memory := seen["memory_info"]) is not None:
            self._rss_max = max(memory.rss, self._rss_max or 0)
        self._count_files(self._process)

    def _count_files(self, process: psutil.Process) -> None:
        """Counts open files, which takes at most a hundredth of the time, however many there are."""
        now = perf_counter()
        if now < self._count_files_at:
            return
        if (files := _open_files(process)) is not None:
            self._files_max = max(files, self._files_max or 0)
        self._count_files_at = now + 100 * (perf_counter() - now)

    def _add_cpu(self, now: float, cpu_s: float) -> None:
        self._latest = now, cpu_s
        if self._first is None or self._second is None:
            self._first = self._second = self._latest
        elif now - self._second[0] >= _SHORTEST_S:
            self._cpu_max = max(_percent(self._second, self._latest), self._cpu_max or 0.0)
            self._second = self._latest

    def result(self) -> ProcessUse:
        """The figures of all looks."""
        first, latest = self._first, self._latest
        return {
            "pid": self.pid,
            "cpu_percent_mean": _percent(first, latest) if first and latest and latest > first else None,
            "cpu_percent_max": self._cpu_max,
            "rss_max_bytes": self._rss_max,
            "open_files_max": self._files_max,
        }


class Health:
    """The usage of each worker, and of a target process."""

    def __init__(self, workers: list[Worker], target: Usage | None) -> None:
        self._workers = [(worker, Usage(worker.pid)) for worker in workers]
        self.target = target
        self._machine: list[tuple[float, float]] = []

    def look(self) -> None:
        """Looks at every process."""
        for _, usage in self._workers:
            usage.look()
        if self.target is not None:
            self.target.look()
        self._machine = [*self._machine[:1], _machine_s()]

    async def watch(self) -> None:
        """Looks once a second, until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            self.look()

    @property
    def machine_percent(self) -> float | None:
        """How busy all processors of the machine were from the first look to the last; None if that was no time."""
        (busy_before, all_before), (busy, every) = self._machine[0], self._machine[-1]
        return 100 * (busy - busy_before) / (every - all_before) if every > all_before else None

    def workers(self) -> list[WorkerHealth]:
        """The figures of the workers; those that told it themselves know their mean CPU best."""
        return [_worker_health(worker, usage) for worker, usage in self._workers]


def target_usage(pid: int) -> Usage:
    """The usage of a process to be loaded; UsageError when there is none of that pid."""
    try:
        usage = Usage(pid)
    except (TypeError, ValueError) as error:
        raise UsageError(f"target_pid must be a process id, not {pid!r}") from error
    usage.look()
    if usage.gone:
        raise UsageError(f"target_pid {pid}: there is no such process")
    return usage


def _worker_health(worker: Worker, usage: Usage) -> WorkerHealth:
    use = usage.result()
    if worker.done is not None:
        use["cpu_percent_mean"] = mean = 100 * worker.done["cpu_s"] / worker.done["total_s"]
        if use["cpu_percent_max"] is not None:
            use["cpu_percent_max"] = max(mean, use["cpu_percent_max"])  # it is looked at once a second only
    return {"worker": worker.number, **use, "loop_lag_ms": _loop_lag(worker.loop_lag)}


def _loop_lag(lag: Histogram) -> LoopLag:
    p50, p99 = lag.quantiles((0.5, 0.99))
    return {"mean": _ms(lag.mean_ns), "p50": _ms(p50), "p99": _ms(p99), "max": _ms(lag.max_ns)}


def _ms(value_ns: float | None) -> float | None:
    return None if value_ns is None else value_ns / 1e6


def _percent(first: tuple[float, float], last: tuple[float, float]) -> float:
    """CPU seconds per second between two looks, in percent."""
    return 100 * (last[1] - first[1]) / (last[0] - first[0])


def _machine_s() -> tuple[float, float]:
    """The seconds that the machine's processors were busy, and those that passed for them."""
    times = psutil.cpu_times()
    every = (
        sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    )  # which are in user as well
    return every - times.idle - getattr(times, "iowait", 0.0), every


def _open_files(process: psutil.Process) -> int | None:
    """How many files a process has open: the size of a directory where the kernel tells (Linux 6.2), else counted."""
    if sys.platform == "win32":
        return None
    try:
        told = Path(f"/proc/{process.pid}/fd").stat().st_size
    except OSError:
        told = 0
    try:
        return told or process.num_fds()
    except psutil.Error:
        return None
