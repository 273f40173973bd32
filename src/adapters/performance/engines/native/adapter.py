"""The native engine as the rest of polyload sees it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Literal

from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...metrics.semantics import Semantics
from ...metrics.window import Window
from ...plan.load import IterationLoad, OpenLoad
from ...plan.model import Plan
from ..contract import Availability, EngineAdapter, EngineReport, Refusal, RunContext, Stopped, Support
from ..in_flight import in_flight
from ..pacing import pacing_warnings
from ..process import workspace
from ..program.compile import compile_plan
from .by_httpx import CANNOT, SEMANTICS, only_by_httpx, refusals, why_httpx
from .connections import check_local_addresses, connections_in_words
from .diagnosis import befell, diagnose
from .health import Health, target_usage
from .limits import check_limits, files_needed, system_limits
from .listening import heard_out
from .processes import Processes, check_processes, usable_processors, worker_count
from .rows import take_rows
from .shape import share
from .steering import steer
from .workers import Worker, started_workers

_START_DELAY_S = 0.02
_ADVANCE_S = 0.1
_REPORTED_AFTER_S = 0.25


class NativeAdapter(EngineAdapter):
    """polyload's own engine: a coroutine per user on its own connection, on uvloop; httpx where only httpx will do.

    ``processes`` share the load exactly: a number, or "auto", see `processes.worker_count`. ``target_pid`` is a process
    whose CPU and memory are watched beside those of the workers; they stand in the result's ``resources``.
    """

    name: ClassVar[str] = "native"
    settings = frozenset({"processes", "target_pid"})
    semantics = Semantics(
        latency="from just before the request is sent to its last byte received; connecting included when needed",
        resolution_ms=0.001,
        connections="one kept connection per user and origin, a bounded number that users share, or a new one for each"
        " request; names looked up once in each process, which connect does not include",
        redirects="not followed unless the plan says so; then each hop is a request of its own",
    )
    cannot_steer = None

    def __init__(
        self,
        *,
        processes: Processes = 1,
        target_pid: int | None = None,
        sender: Literal["auto", "wire", "httpx"] = "auto",
    ) -> None:
        self._processes = check_processes(processes)
        self._target_pid = target_pid
        self._sender = sender

    def detect(self) -> Availability:
        """Always here: it comes with polyload."""
        return Availability(True, version("polyload"), __file__)

    def supports(self, plan: Plan) -> Support:
        """Everything, but HTTP/2 without the h2 package, and what httpx does not do where httpx is needed."""
        if plan.options.http_version == "2" and find_spec("h2") is None:
            why = "the h2 package is not installed; pip install 'polyload[http2]'"
            return Support(unsupported=(Refusal("http2", "options.http_version", why),))
        support = super().supports(plan)
        known = {refusal.feature for refusal in support.unsupported}
        more = only_by_httpx(plan) if self._sender == "wire" else refusals(plan)
        further = tuple(refusal for refusal in more if refusal.feature not in known)
        return replace(support, unsupported=(*support.unsupported, *further))

    def semantics_for(self, plan: Plan) -> Semantics:
        """What its figures mean for a plan: those of httpx where httpx sends, and how connections are had."""
        if self._sends_by(plan) == "httpx":
            return SEMANTICS
        return self.semantics.model_copy(update={"connections": connections_in_words(plan)})

    def note_for(self, plan: Plan) -> str | None:
        """That httpx sends, and why, where the plan leaves no choice."""
        reason = why_httpx(plan) if self._sender == "auto" else None
        return f"sent by httpx, because the plan asks for {reason}" if reason else None

    def _sends_by(self, plan: Plan) -> str:
        return "httpx" if self._sender == "httpx" or (self._sender == "auto" and why_httpx(plan)) else "wire"

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        """Runs a plan in worker processes, which report a window a second."""
        check_local_addresses(plan)
        with contextlib.nullcontext() if ctx.samples is None else workspace() as folder:
            return await self._run(plan, collector, ctx, folder)

    async def _run(
        self, plan: Plan, collector: MetricsCollector, ctx: RunContext, folder: Path | None
    ) -> EngineReport:
        jobs = self._jobs(plan, folder)
        warnings = _check(plan, jobs)
        target = None if self._target_pid is None else target_usage(self._target_pid)
        async with started_workers(jobs) as workers:
            health = Health(workers, target)
            health.look()
            started_at = time.time() + _START_DELAY_S
            start = time.perf_counter() + _START_DELAY_S
            for worker in workers:
                worker.send({"start_at": start})
            take = _taker(jobs[0], collector, ctx, start)
            failure = await _listen(workers, collector, ctx, start, health, take)
        elapsed_s = time.perf_counter() - start
        report = self._report(plan, workers, started_at, elapsed_s, failure, collector, ctx)
        resources, found = diagnose(plan, workers, health, collector, report.duration_s or elapsed_s)
        return replace(report, resources=resources, warnings=[*warnings, *report.warnings, *found])

    def _jobs(self, plan: Plan, folder: Path | None) -> list[dict[str, Any]]:
        program = compile_plan(plan)
        users, app, shared = program["load"]["users"], plan.options.app, program["options"]["shared"]
        workers = worker_count(self._processes, users, usable_processors(), app=app is not None)
        workers = min(workers, shared or workers)
        common = {
            "program": program,
            "workers": workers,
            "sender": self._sends_by(plan),
            "app": app,
            "samples": _samples_job(plan, folder),
            "files": 0 if app else files_needed(program, workers),
        }
        parts = [shared and share(shared, number, workers) for number in range(workers)]
        return [{**common, "worker": number, "shared": part} for number, part in enumerate(parts)]

    def _report(
        self,
        plan: Plan,
        workers: Sequence[Worker],
        started_at: float,
        elapsed_s: float,
        failure: str | None,
        collector: MetricsCollector,
        ctx: RunContext,
    ) -> EngineReport:
        done = [worker.done for worker in workers if worker.done is not None]
        duration = max((part["total_s"] for part in done), default=elapsed_s)
        stopped: Stopped = "failed" if failure else "interrupted" if ctx.stop.is_set() else "completed"
        reason = failure
        if stopped == "completed":
            reason = _shortfall(plan, collector, done)
            stopped = "failed" if reason else "completed"
        return EngineReport(
            version=version("polyload"),
            started_at=started_at,
            duration_s=duration,
            stopped=stopped,
            reason=reason,
            warnings=[
                *_warnings(collector, done, len(workers)),
                *pacing_warnings(sum(part["late"] for part in done)),
            ],
        )


class HttpxAdapter(NativeAdapter):
    """The native engine with every request sent by httpx."""

    name: ClassVar[str] = "httpx"
    semantics = SEMANTICS
    cannot = CANNOT

    def __init__(self, *, processes: Processes = 1, target_pid: int | None = None) -> None:
        super().__init__(processes=processes, target_pid=target_pid, sender="httpx")


def _samples_job(plan: Plan, folder: Path | None) -> dict[str, Any] | None:
    """What a worker must know of raw samples, which it leaves in a folder; None when they are not wanted."""
    if plan.options.samples is None or folder is None:
        return None
    return {"ratio": plan.options.samples.ratio, "seed": plan.options.seed, "folder": str(folder)}


def _taker(
    job: dict[str, Any], collector: MetricsCollector, ctx: RunContext, start: float
) -> Callable[[dict[str, Any]], None]:
    """What takes a window, as a worker tells it: the collector, and the sink of raw samples if there is one."""
    sink = ctx.samples
    open_model, wire_bytes = job["program"]["load"]["kind"] == "open", job["sender"] == "wire"

    def take(data: dict[str, Any]) -> None:
        collector.add_window(Window.from_dict(data))
        if sink is not None:
            take_rows(data["samples"], sink, start, open_model=open_model, wire_bytes=wire_bytes)

    return take


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


def _check(plan: Plan, jobs: Sequence[dict[str, Any]]) -> list[ResultWarning]:
    """UsageError, or a warning, when the system does not allow what the users of a plan need."""
    if plan.options.app:
        return []
    certain = not isinstance(plan.load, OpenLoad) or plan.load.max_users is not None
    return check_limits(jobs[0]["program"], len(jobs), system_limits(), certain=certain)


def _shortfall(plan: Plan, collector: MetricsCollector, done: Sequence[dict[str, Any]]) -> str | None:
    """Why a run that came to its end did not do what the plan says, if so."""
    feed = next((part["exhausted"] for part in done if part["exhausted"]), None)
    if feed and plan.data[feed].on_end == "fail":
        return f"the unique rows of data.{feed} ran out"
    if isinstance(plan.load, IterationLoad) and not feed:
        finished = collector.iterations or 0
        if finished < plan.load.iterations:
            return f"{finished} of {plan.load.iterations} iterations were done when max_duration had passed"
    return None


def _warnings(
    collector: MetricsCollector, done: Sequence[dict[str, Any]], workers: int
) -> list[ResultWarning]:
    warnings = []
    resent = befell("resent", done)
    if resent:
        text = f"{resent} requests met a kept connection that the server had just closed, and were sent again"
        warnings.append(ResultWarning(code="Resent", message=text))
    if collector.interrupted:
        names = sum((Counter(part["in_flight"]) for part in done), Counter[str]())
        text = in_flight(collector.interrupted, names)
        warnings.append(ResultWarning(code="Interrupted", message=text))
    if collector.dropped:
        text = f"{collector.dropped} arrivals found all users busy and were dropped; raise max_users or lower the rate"
        if workers > 1:
            text += (
                f" (the users are shared out among {workers} processes, to which arrivals are dealt in turn)"
            )
        warnings.append(ResultWarning(code="ArrivalsDropped", message=text))
    return warnings
