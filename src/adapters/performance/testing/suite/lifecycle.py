"""Lifecycle: however a run ends, nothing is left behind, and what was measured until then is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import psutil
import pytest

from ...engines.contract import RunContext
from ...engines.running import run_plan
from ...metrics.result import RunResult
from .base import Topic
from .clock import LATE_S, by_the_clock
from .footprint import Footprint
from .timing import starts

_START_S = 30.0
_END_S = 25.0  # asked, told and killed, five seconds each


@dataclass
class Running:
    """A run under way."""

    task: asyncio.Task[RunResult]
    ctx: RunContext
    footprint: Footprint = field(default_factory=Footprint)

    async def result(self) -> RunResult:
        """What the run came to, soon."""
        return await asyncio.wait_for(self.task, _END_S)


class LifecycleTests(Topic):
    """Stopped, cancelled, killed and frozen runs."""

    @asynccontextmanager
    async def _running(self, path: str = "/delay/20") -> AsyncIterator[Running]:
        """A long run of two users that has come so far that the server has seen some requests."""
        plan = self.plan(path, load={"users": 2, "duration": 60})
        await self.may_refuse(plan, "load.closed")
        ctx, footprint = RunContext(), Footprint()
        running = Running(asyncio.ensure_future(run_plan(self.engine, plan, ctx=ctx)), ctx, footprint)
        try:
            enough = 1 if path == "/hang" else 20
            await _until(lambda: self.server.log.count() >= enough or running.task.done(), _START_S)
            if running.task.done():
                raise AssertionError(f"the run of a minute ended at once: {running.task.result().reason}")
            footprint.processes()
            yield running
            assert footprint.left() == []
            result = ctx.partial if running.task.cancelled() else running.task.result()
            assert result is not None
            self.hold_against_log(
                result, plan, broken_off=running.task.cancelled() or result.stopped == "failed"
            )
        finally:
            running.task.cancel()
            with suppress(asyncio.CancelledError):
                await running.task

    async def test_a_stop_ends_the_run_and_counts_what_was_seen(self) -> None:
        async with self._running() as run:
            run.ctx.stop.set()
            result = await run.result()
            assert (result.stopped, result.success, result.exit_code) == ("interrupted", False, 130)
            assert result.summary.requests > 0
            assert result.reason

    async def test_a_stop_does_not_wait_for_answers_that_never_come(self) -> None:
        async with self._running("/hang") as run:
            run.ctx.stop.set()
            result = await run.result()
            assert (result.stopped, result.success) == ("interrupted", False)
            assert result.summary.requests == 0
            assert result.summary.interrupted in (None, 1, 2)

    async def test_cancelling_ends_everything_and_leaves_a_partial_result(self) -> None:
        async with self._running() as run:
            run.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await run.result()
            assert run.ctx.partial is not None
            assert (run.ctx.partial.stopped, run.ctx.partial.exit_code) == ("interrupted", 130)

    async def test_a_tool_that_is_killed_is_a_failed_run(self) -> None:
        async with self._running() as run:
            if not run.footprint.processes():
                pytest.skip(f"{self.engine.name} runs in this process")
            for process in run.footprint.processes():
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            result = await run.result()
            assert (result.stopped, result.success, result.exit_code) == ("failed", False, 1)
            assert result.reason

    async def test_a_tool_that_is_frozen_is_ended_all_the_same(self) -> None:
        async with self._running() as run:
            if not run.footprint.processes():
                pytest.skip(f"{self.engine.name} runs in this process")
            for process in run.footprint.processes():
                process.suspend()
            run.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await run.result()

    async def test_a_stop_before_the_first_request_is_heard(self) -> None:
        ctx = RunContext()
        ctx.stop.set()
        plan = self.plan("/delay/20", load={"users": 2, "duration": 60})
        result = await asyncio.wait_for(self.run_or_refuse(plan, "load.closed", ctx=ctx), _START_S + _END_S)
        assert (result.stopped, result.success, result.exit_code) == ("interrupted", False, 130)

    async def test_cancelling_before_the_first_request_is_heard(self) -> None:
        plan = self.plan("/delay/20", load={"users": 2, "duration": 60})
        await self.may_refuse(plan, "load.closed")
        footprint = Footprint()
        task = asyncio.ensure_future(run_plan(self.engine, plan))
        await _until(lambda: bool(footprint.processes()) or self.server.log.count() > 0, _START_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, _END_S)
        assert footprint.left() == []

    async def test_two_runs_at_once_do_not_disturb_each_other(self) -> None:
        plans = [self.plan(path, load={"iterations": 20, "users": 2}) for path in ("/one", "/two")]
        await self.may_refuse(plans[0])
        results = await asyncio.gather(*(run_plan(self.engine, plan) for plan in plans))
        assert [result.summary.requests for result in results] == [20, 20]
        assert [self.server.log.count(path) for path in ("/one", "/two")] == [20, 20]

    @by_the_clock
    async def test_a_timeout_bounds_requests_that_never_end(self) -> None:
        plan = self.plan("/hang", load={"users": 2, "duration": 0.8}, options={"timeout": 0.3})
        result = await self.run_or_refuse(plan, "timeout")
        assert starts(self.seen)[-1] <= 0.8 + LATE_S
        assert result.summary.failures == result.summary.requests >= 2
        assert {error.kind for error in result.summary.errors} <= self.kinds("timeout")


async def _until(reached: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that in time"
        await asyncio.sleep(0.01)
