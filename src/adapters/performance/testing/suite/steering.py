"""Steering: a run that is changed while it goes on, exactly, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ...errors import UnsupportedFeature
from ...metrics.window import Window
from ...workflows.handle import RunHandle, started
from .base import Refused, Topic
from .clock import LATE_S, by_the_clock
from .footprint import Footprint


class SteeringTests(Topic):
    """Paused and resumed runs, and others' users."""

    @asynccontextmanager
    async def _steered(self, duration_s: float, users: int = 2) -> AsyncIterator[RunHandle]:
        """A run of some users that has begun; whatever becomes of it, its result agrees with the server."""
        plan = self.plan("/delay/20", load={"users": users, "duration": duration_s})
        await self.may_refuse(plan, "load.closed")
        footprint = Footprint()
        async with started(plan, tool=self.engine) as run:
            if self.engine.cannot_steer is not None:
                await self._is_refused(run)
            await asyncio.to_thread(self.server.log.wait_for, 10, 30.0)
            yield run
        assert footprint.left() == []
        self.hold_against_log(await run, plan)

    async def _is_refused(self, run: RunHandle) -> None:
        for change in (run.pause(), run.resume(), run.set_users(3)):
            with pytest.raises(UnsupportedFeature) as caught:
                await change
            assert self.engine.name in caught.value.message
            assert str(self.engine.cannot_steer) in caught.value.message
        raise Refused(f"a run of {self.engine.name} cannot be changed")

    @by_the_clock
    async def test_a_pause_holds_the_load_and_its_time(self) -> None:
        async with self._steered(1.0) as run:
            await run.pause()
            await asyncio.to_thread(self.server.log.wait_until_idle)
            before = self.server.log.count()
            await _seconds(run, 2)
            assert self.server.log.count() == before, "requests were sent although the run was paused"
            await run.resume()
            result = await run
        assert result.success, result.reason
        assert self.server.log.count() > before
        assert [change.what for change in result.changes] == ["pause", "resume"]
        assert result.duration_s is not None
        assert 1.0 - LATE_S <= result.duration_s - result.paused_s <= 1.0 + 2 * LATE_S
        assert "ChangedByHand" in {warning.code for warning in result.warnings}

    @by_the_clock
    async def test_users_leave_when_there_shall_be_fewer(self) -> None:
        async with self._steered(60, users=4) as run:
            await run.set_users(1)
            *_, last = await _seconds(run, 3)
            assert last.users == 1
            assert self.server.log.in_flight <= 1
            result = await run.stop()
        assert [(change.what, change.value) for change in result.changes] == [("users", 1)]

    async def test_a_stop_ends_a_paused_run(self) -> None:
        async with self._steered(60) as run:
            await run.pause()
            result = await asyncio.wait_for(run.stop(), 10)
        assert (result.stopped, result.exit_code) == ("interrupted", 130)
        assert result.paused_s > 0


async def _seconds(run: RunHandle, count: int) -> list[Window]:
    """The next so many seconds of a run."""
    seen: list[Window] = []
    async for window in run:
        seen.append(window)
        if len(seen) == count:
            break
    return seen
