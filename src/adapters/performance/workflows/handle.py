"""A running test in the caller's hands: its windows as they come, its result, and ways to change or end it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ..engines.contract import EngineAdapter, RunContext
from ..errors import PolyloadError, UsageError
from ..metrics.collector import MetricsCollector
from ..metrics.result import ResultWarning, RunResult
from ..metrics.window import Window
from ..plan.load import OpenLoad
from ..plan.model import Plan
from .feed import Feed
from .load import run_load_test


class RunHandle:
    """A load test under way.

    ``async for window in handle`` yields each second of the run as it is complete, beginning with the next, and ends
    with the run; ``await handle`` gives the result. Both raise the error that kept the run from a result.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        tool: str | EngineAdapter,
        preference: Sequence[str],
        approximate: bool,
        settings: Mapping[str, Any] | None = None,
        warnings: Sequence[ResultWarning] = (),
    ) -> None:
        self.plan = plan
        self._ctx = RunContext(approximate=approximate, warnings=warnings)
        self._windows = Feed[Window]()
        self._task = asyncio.ensure_future(self._run(tool, preference, settings))

    async def _run(
        self, tool: str | EngineAdapter, preference: Sequence[str], settings: Mapping[str, Any] | None
    ) -> RunResult:
        collector = MetricsCollector()
        collector.add_listener(self._windows.add)
        ended: PolyloadError = UsageError("the run has ended, and nothing about it can be changed any more")
        try:
            return await run_load_test(
                self.plan,
                tool=tool,
                preference=preference,
                settings=settings,
                collector=collector,
                ctx=self._ctx,
            )
        except PolyloadError as error:
            ended = error
            raise
        finally:
            self._ctx.steering.refuse(lambda: ended)
            self._windows.close()

    @property
    def done(self) -> bool:
        """Whether the run has ended."""
        return self._task.done()

    @property
    def measured(self) -> RunResult | None:
        """The result of a run that has ended, also of one that was cancelled; None if there is none."""
        if self._task.done() and not self._task.cancelled() and self._task.exception() is None:
            return self._task.result()
        return self._ctx.partial

    async def result(self) -> RunResult:
        """Waits for the end of the run and returns its result; a caller that stops waiting leaves the run alone."""
        await asyncio.wait({self._task})
        if self._task.cancelled() and self._ctx.partial is not None:
            return self._ctx.partial
        return self._task.result()

    def __await__(self) -> Generator[object, None, RunResult]:
        return self.result().__await__()

    def __aiter__(self) -> AsyncIterator[Window]:
        return self._read(self._windows.from_now())

    async def _read(self, windows: AsyncIterator[Window]) -> AsyncIterator[Window]:
        async for window in windows:
            yield window
        await self.result()

    def stop(self) -> Awaitable[RunResult]:
        """Ends the run early; await it for the result, which is ``interrupted``. After the end it changes nothing."""
        self._ctx.stop.set()
        return self

    def cancel(self) -> None:
        """Ends the run at once, whatever is in flight; the result is what was measured until now.

        Waiting for it raises CancelledError when the engine had not begun.
        """
        self._task.cancel()

    async def pause(self) -> None:
        """Holds the load: no iteration and no step starts, arrivals are neither sent nor dropped.

        Returns when the engine holds it; requests in flight then finish. The load's own time stands still: what the
        plan says of its duration, ramps and stages goes on after ``resume`` where it stood, without a burst.
        UnsupportedFeature on an engine that cannot; UsageError when the run has ended. So do the other changes.
        """
        await self._ctx.steering.ask("pause")

    async def resume(self) -> None:
        """Goes on after a pause."""
        await self._ctx.steering.ask("resume")

    async def set_users(self, users: int) -> None:
        """From now to the end there are so many users at once, in place of what the plan says; 0 is allowed.

        Users come at once; those that leave finish their iteration. For loads of users, or of iterations they share.
        """
        if isinstance(self.plan.load, OpenLoad):
            raise UsageError(
                "this load is an arrival rate, not a number of users",
                hint="set_rate changes it; max_users stays as the plan says",
            )
        if type(users) is not int or users < 0:
            raise UsageError(f"a number of users is a whole number from 0, not {users!r}")
        await self._ctx.steering.ask("users", users)

    async def set_rate(self, rate: float) -> None:
        """From now to the end so many iterations start per second, in place of what the plan says; 0 is allowed.

        For loads of arrivals. Those that find all of the plan's ``max_users`` busy are dropped or queued, as ever.
        """
        if not isinstance(self.plan.load, OpenLoad):
            raise UsageError(
                "this load is a number of users, not an arrival rate", hint="set_users changes it"
            )
        if type(rate) not in (int, float) or not 0 <= rate < float("inf"):
            raise UsageError(f"a rate is a number of iterations per second from 0, not {rate!r}")
        await self._ctx.steering.ask("rate", rate)

    async def _ended(self) -> BaseException | None:
        """Waits until nothing of the run is left, and says what it broke on; who is cancelled meanwhile cancels it."""
        cancelled: asyncio.CancelledError | None = None
        while not self._task.done():
            try:
                await asyncio.wait({self._task})
            except asyncio.CancelledError as request:
                cancelled = request
                self._task.cancel()
        error = None if self._task.cancelled() else self._task.exception()
        if cancelled is not None:
            raise cancelled
        return error


@asynccontextmanager
async def started(
    plan: Plan,
    *,
    tool: str | EngineAdapter = "auto",
    preference: Sequence[str] = (),
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
    warnings: Sequence[ResultWarning] = (),
) -> AsyncIterator[RunHandle]:
    """Within this the plan runs; leaving it before the run has ended stops the run, and nothing is left behind.

    ``warnings`` are told in its result.
    """
    handle = RunHandle(
        plan, tool=tool, preference=preference, approximate=approximate, settings=settings, warnings=warnings
    )
    try:
        yield handle
    except asyncio.CancelledError:
        handle.cancel()
        raise
    finally:
        handle.stop()
        broken_by = await handle._ended()
    if broken_by is not None:
        raise broken_by
