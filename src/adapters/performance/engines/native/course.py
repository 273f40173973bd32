"""The course of a run on the native engine: workers start together, are listened to, steered and watched until done."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...metrics.window import Window
from ...plan.model import Plan
from ..contract import EngineReport, RunContext
from ..flow import flow_warnings
from .caretaker import Caretaker, caretaker_jobs
from .diagnosis import diagnose
from .ending import not_begun, report_of
from .health import Health, Usage
from .jobs import Job, check_jobs
from .listening import heard_out
from .rows import RowTaker
from .steering import steer
from .turns import TurnKeeper
from .workers import Worker, started_workers

_START_DELAY_S = 0.02
_ADVANCE_S = 0.1
_REPORTED_AFTER_S = 0.25


async def run_jobs(
    plan: Plan, jobs: Sequence[Job], collector: MetricsCollector, ctx: RunContext, target: Usage | None
) -> EngineReport:
    """Runs the jobs of a plan, each in a worker; ``target`` is a process that is watched beside them."""
    warnings = check_jobs(plan, jobs)
    async with started_workers([*jobs, *caretaker_jobs(jobs[0])]) as started:
        workers, alone = started[: len(jobs)], started[len(jobs) :]
        care = Caretaker(jobs[0]["program"], alone[0] if alone else None, collector)
        if not await care.set_up(ctx.stop):
            return not_begun(care.failure, ctx)
        health = Health(workers, target)
        health.look()
        started_at = time.time() + _START_DELAY_S
        start = time.perf_counter() + _START_DELAY_S
        turns = TurnKeeper()
        for worker in workers:
            worker.turns = turns
            worker.send({"start_at": start, "variables": care.variables})
        async with _taker(jobs[0], collector, ctx, start) as take:
            failure = await _listen(workers, collector, ctx, start, health, take)
            elapsed_s = time.perf_counter() - start
        await care.tear_down()
    report = report_of(
        plan, workers, collector, ctx, started_at=started_at, elapsed_s=elapsed_s, failure=failure
    )
    resources, found = diagnose(plan, workers, health, collector, report.duration_s or elapsed_s)
    told = [*warnings, *report.warnings, *_flow(workers, care), *care.warnings(), *found]
    return replace(report, resources=resources, warnings=told)


def _flow(workers: Sequence[Worker], care: Caretaker) -> list[ResultWarning]:
    done = [worker.done for worker in workers if worker.done is not None]
    skipped = sum((Counter(part["skipped"]) for part in done), care.skipped)
    return list(flow_warnings(skipped, sum(part["stopped_users"] for part in done)))


@asynccontextmanager
async def _taker(
    job: dict[str, Any], collector: MetricsCollector, ctx: RunContext, start: float
) -> AsyncIterator[Callable[[dict[str, Any]], None]]:
    """What takes a window, as a worker tells it: the collector, and the sink of raw samples if there is one."""
    if ctx.samples is None:
        yield lambda data: collector.add_window(Window.from_dict(data))
        return
    open_model, wire_bytes = job["program"]["load"]["kind"] == "open", job["sender"] == "wire"
    rows = RowTaker(ctx.samples, start, open_model=open_model, wire_bytes=wire_bytes)

    def take(data: dict[str, Any]) -> None:
        collector.add_window(Window.from_dict(data))
        rows.take(data["samples"])

    try:
        yield take
    finally:
        rows.end()
        try:
            await asyncio.to_thread(rows.wait)
        finally:
            rows.wait()


async def _listen(
    workers: Sequence[Worker],
    collector: MetricsCollector,
    ctx: RunContext,
    start: float,
    health: Health,
    take: Callable[[dict[str, Any]], None],
) -> str | None:
    """Feeds the collector until every worker is done; why the run failed, if it did."""
    stopping = asyncio.ensure_future(_pass_on_stop(workers, ctx))
    steering = asyncio.ensure_future(steer(workers, ctx.steering, start))
    ticking = asyncio.ensure_future(_advance(collector, start))
    watching = asyncio.ensure_future(health.watch())
    try:
        return await heard_out(workers, take)
    finally:
        stopping.cancel()
        ticking.cancel()
        watching.cancel()
        health.look()
        ctx.steering.close()
        await steering


async def _advance(collector: MetricsCollector, start: float) -> None:
    """Hands on each second once every worker has had the time to report it."""
    while True:
        await asyncio.sleep(_ADVANCE_S)
        collector.advance(time.perf_counter() - start - _REPORTED_AFTER_S)


async def _pass_on_stop(workers: Sequence[Worker], ctx: RunContext) -> None:
    await ctx.stop.wait()
    for worker in workers:
        worker.send({"stop": True})
