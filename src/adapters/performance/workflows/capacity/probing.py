"""Probes as they are made: runs of an engine, made longer or cut short by what their windows show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from ...engines.contract import EngineAdapter
from ...metrics.result import RunResult
from ...metrics.window import Window
from ...plan.load import OpenLoad
from ...plan.model import Plan
from ..handle import RunHandle, started
from .plans import probe_plan
from .probe import Stretch, halves_agree
from .recovery import answers, light_rate, recovered
from .result import Ending
from .search import VERIFY_LENGTHS, Ask
from .settings import Settings
from .slo import Slo


class Broken(Exception):
    """The search cannot go on: how it ended, and why."""

    def __init__(self, ended: Ending, reason: str | None = None) -> None:
        super().__init__(reason)
        self.ended = ended
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Run:
    """A probe's run, the stretch of it that is measured, and whether it is a second one, made twice as long."""

    result: RunResult
    stretch: Stretch
    extended: bool


class Prober:
    """Makes the probes of one search; setting ``stop`` ends the one under way."""

    def __init__(
        self,
        plan: Plan,
        slo: Slo,
        told: Settings,
        engine: EngineAdapter,
        approximate: bool,
        stop: asyncio.Event,
    ) -> None:
        self.plan, self.slo, self.told = plan, slo, told
        self._engine, self._approximate, self._stop = engine, approximate, stop

    async def probe(self, ask: Ask, before: tuple[float, float] | None) -> Run:
        """Run a probe, and again for twice as long if its halves disagree; ``before``: see ``Stretch``."""
        run, agree = await self._measured(ask, ask.lengths, before)
        if agree or ask.lengths > 1:
            return run
        longer, _ = await self._measured(ask, 2 * ask.lengths, before)
        return replace(longer, extended=True)

    async def _measured(self, ask: Ask, lengths: int, before: tuple[float, float] | None) -> tuple[Run, bool]:
        """A run of so many lengths, and whether its halves agree."""
        told = self.told
        first_s, end_s = told.warm_up_s, told.warm_up_s + lengths * told.probe_s
        plan = probe_plan(self.plan, ask.rate, end_s - first_s, told, self.slo)
        async with self._running(plan) as running:
            windows = [window async for window in running]
            result = await running
        if self._stop.is_set():
            raise Broken("interrupted")
        if result.stopped == "failed":
            raise Broken("failed", result.reason)
        stretch = Stretch(
            ask.rate,
            first_s,
            end_s,
            horizon_s=told.probe_s * VERIFY_LENGTHS,
            poisson=isinstance(plan.load, OpenLoad) and plan.load.arrivals == "poisson",
            before=before,
        )
        return Run(result, stretch, False), halves_agree(windows, first_s, end_s, self.slo)

    async def cool_down(self, run: Run, base_p50_ms: float) -> float | None:
        """How long after its load the target had recovered, None if it answers but did not; else the search is over."""
        told = self.told
        plan = probe_plan(
            self.plan, light_rate(told.terms.start_rate), told.recover_within_s, told, self.slo, warm_up_s=0
        )
        windows: list[Window] = []
        back_s: int | None = None
        async with self._running(plan) as watching:
            async for window in watching:
                windows.append(window)
                if back_s is None and recovered(window, base_p50_ms):
                    back_s = window.start_s
                    watching.stop()
            result = await watching
        if back_s is not None:
            load_end = run.result.started_at + timedelta(seconds=run.stretch.end_s)
            return max(0.0, (result.started_at - load_end).total_seconds() + back_s)
        if self._stop.is_set():
            raise Broken("interrupted")
        if answers(windows):
            return None
        raise Broken(
            "not_recovered",
            f"the target did not come back within {told.recover_within_s} s of the probe at {run.stretch.rate:.4g}/s",
        )

    @asynccontextmanager
    async def _running(self, plan: Plan) -> AsyncIterator[RunHandle]:
        """A run that ends with the search."""
        if self._stop.is_set():
            raise Broken("interrupted")
        async with started(plan, tool=self._engine, approximate=self._approximate) as run:
            stopping = asyncio.ensure_future(self._pass_on_stop(run))
            try:
                yield run
            finally:
                stopping.cancel()

    async def _pass_on_stop(self, run: RunHandle) -> None:
        await self._stop.wait()
        run.stop()
