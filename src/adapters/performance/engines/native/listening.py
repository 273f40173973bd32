"""Listening to workers until all are done, or one has failed: broken, dead or hanging."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from ...errors import EngineFailed
from .workers import Worker

_LOOK_S = 0.5
_IDLE_LOOKS = 12
_SILENT_LOOKS = 120
_BUSY_SHARE = 0.1
_LAST_WORDS_S = 5.0
_LOST = "what had not been reported yet, about a second at most, is in no figure"


async def heard_out(workers: Sequence[Worker], on_window: Callable[[dict[str, Any]], None]) -> str | None:
    """Listens until every worker is done; why the run failed, if one broke, died or hangs.

    The others are then told to stop, and have a moment to report what they measured.
    """
    tasks = {asyncio.ensure_future(worker.listen(on_window)): worker for worker in workers}
    listening = asyncio.gather(*tasks)
    watching = asyncio.ensure_future(_silent(workers))
    either: set[asyncio.Future[Any]] = {listening, watching}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        hanging = watching.result() if watching.done() else {}
        if listening.done() and listening.exception() is None:
            return None
        for worker in workers:
            worker.send({"stop": True})
        if others := [task for task in tasks if tasks[task] not in hanging]:
            await asyncio.wait(others, timeout=_LAST_WORDS_S)
        reasons = list(hanging.values())
        reasons += [str(_failure(task)) for task in tasks if _failure(task) is not None]
        return "; ".join([*reasons, _LOST])
    finally:
        for task in (*tasks, watching):
            task.cancel()
        await asyncio.gather(*tasks, listening, watching, return_exceptions=True)


async def _silent(workers: Sequence[Worker]) -> dict[Worker, str]:
    """The workers that hang, and how, once there are any."""
    silences = [_Silence(worker) for worker in workers]
    while True:
        await asyncio.sleep(_LOOK_S)
        if hanging := {silence.worker: str(silence) for silence in silences if silence.hangs()}:
            return hanging


class _Silence:
    """For how long there was no word from a worker, which has something to report each second.

    One that does nothing meanwhile (stopped, or waiting for what never comes) hangs after six seconds; one that works
    has a minute, since many users that start at once may keep it busy. Looks are counted rather than time, so that a
    parent that was itself stopped does not blame its workers.
    """

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._heard = -1
        self._looks = self._idle_looks = 0
        self._cpu_s = 0.0

    def hangs(self) -> bool:
        """Looks at the worker, and says whether it must hang; called every half second."""
        before, self._cpu_s = self._cpu_s, _cpu_s(self.worker.pid)
        if self.worker.heard != self._heard or self.worker.done is not None:
            self._heard = self.worker.heard
            self._looks = self._idle_looks = 0
        else:
            self._looks += 1
            self._idle_looks += self._cpu_s - before < _BUSY_SHARE * _LOOK_S
        return self._idle_looks >= _IDLE_LOOKS or self._looks >= _SILENT_LOOKS

    def __str__(self) -> str:
        try:
            state = f" (it is {psutil.Process(self.worker.pid).status()})"
        except psutil.Error:
            state = ""
        return f"{self.worker} hangs: no word from it for {self._looks * _LOOK_S:.0f} s{state}"


def _cpu_s(pid: int) -> float:
    """The CPU seconds of a process so far; 0 when it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    """What a worker failed with; anything else than EngineFailed is a bug and raised."""
    if not task.done() or task.cancelled() or (error := task.exception()) is None:
        return None
    if not isinstance(error, EngineFailed):
        raise error
    return error
