"""One run of an entry, to its end or until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine

from ..metrics.result import RunResult
from ..metrics.window import Window
from .entry import Entry
from .handle import RunHandle, started


async def measured(
    entry: Entry, stop: asyncio.Event, on_window: Callable[[Window], None] | None = None
) -> RunResult:
    """The result of a run, which ends early once ``stop`` is set; ``on_window`` gets each second of it."""
    async with (
        started(
            entry.plan, tool=entry.tool, preference=entry.preference, approximate=entry.approximate
        ) as run,
        _beside(_stop_when(stop, run)),
        _beside(_follow(run, on_window)),
    ):
        return await run


async def _stop_when(stop: asyncio.Event, run: RunHandle) -> None:
    await stop.wait()
    run.stop()


async def _follow(run: RunHandle, on_window: Callable[[Window], None] | None) -> None:
    if on_window is not None:
        async for window in run:
            on_window(window)


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Within this the work goes on; at its end it is dropped, and what it broke on is told where the run is awaited."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
