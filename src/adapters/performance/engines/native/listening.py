"""Listening to workers until all are done, or one has failed: broken, dead or hanging."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from ...errors import EngineFailed
from .workers import Worker

_LOOK_S = 0.5
_SILENT_LOOKS = 12
_LAST_WORDS_S = 2.0
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
        hanging = watching.result() if watching.done() else []
        if listening.done() and listening.exception() is None:
            return None
        for worker in workers:
            worker.send({"stop": True})
        if others := [task for task in tasks if tasks[task] not in hanging]:
            await asyncio.wait(others, timeout=_LAST_WORDS_S)
        reasons = [_hangs(worker) for worker in hanging]
        reasons += [str(_failure(task)) for task in tasks if _failure(task) is not None]
        return "; ".join([*reasons, _LOST])
    finally:
        for task in (*tasks, watching):
            task.cancel()
        await asyncio.gather(*tasks, listening, watching, return_exceptions=True)


async def _silent(workers: Sequence[Worker]) -> list[Worker]:
    """The workers that hang, once there are any: a worker at work has something to report each second.

    Looks are counted rather than time, so that a parent that was itself stopped does not blame its workers.
    """
    while True:
        await asyncio.sleep(_LOOK_S)
        for worker in workers:
            worker.silent_looks += worker.done is None
        if hanging := [worker for worker in workers if worker.silent_looks > _SILENT_LOOKS]:
            return hanging


def _hangs(worker: Worker) -> str:
    try:
        state = f" (it is {psutil.Process(worker.pid).status()})"
    except psutil.Error:
        state = ""
    return f"{worker} hangs: no word from it for {_SILENT_LOOKS * _LOOK_S:.0f} s{state}"


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    """What a worker failed with; anything else than EngineFailed is a bug and raised."""
    if not task.done() or task.cancelled() or (error := task.exception()) is None:
        return None
    if not isinstance(error, EngineFailed):
        raise error
    return error
