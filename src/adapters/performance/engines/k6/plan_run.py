"""Runs a plan with the fixed script."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from ...metrics.build import NO_SETUP
from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..contract import Availability, EngineReport, RunContext, Stopped
from ..flow import flow_warnings
from ..in_flight import in_flight
from ..pacing import pacing_warnings
from ..pipe import Pipe, reading
from ..process import Outcome, run_tool, workspace
from ..program.compile import Program, compile_plan
from ..starving import starved_warnings, why_starved
from .control import control
from .ending import ABORTED_BY_SCRIPT, cut_off_iterations, failure, require_begun
from .job import loops, write_job
from .launch import arguments, plan_arguments, plan_environment, without_foreign_options
from .records import Records
from .semantics import only_counts
from .times import Times

_DEADLINE_SLACK_S = 120.0
_FOREVER_S = 10 * 365 * 86400.0
_STOP_GRACE_S = 0.7
"""How long requests in flight have when the run is stopped: the users learn of it within 0.2 s."""


async def run_with_script(
    found: Availability, plan: Plan, collector: MetricsCollector, ctx: RunContext
) -> EngineReport:
    """Runs a plan and feeds the collector while it runs."""
    started_at = time.time()
    with workspace() as folder:
        program = compile_plan(plan, folder=folder)
        async with contextlib.AsyncExitStack() as stack:
            url = await stack.enter_async_context(control(ctx.stop)) if loops(program) else None
            counts = only_counts(plan)
            job, numbers = write_job(program, folder, url, counts=counts)
            records = Records(numbers, collector, Times(numbers.requests[0]) if counts else None)
            hard_stop = await stack.enter_async_context(
                _stopping(ctx.stop, _STOP_GRACE_S if url else 0.0, records)
            )
            outcome = await _run_k6(found, program, folder, job, records, hard_stop)
    return _report(found, plan, program, started_at, outcome, records, collector, ctx)


async def _run_k6(
    found: Availability, program: Program, folder: Path, job: Path, records: Records, stop: asyncio.Event
) -> Outcome:
    assert found.path is not None
    assert found.version is not None
    pipe = Pipe(folder)
    summary = program["load"]["kind"] == "open" or records.only_counted
    common = arguments(found.path, found.version, folder, summary=summary)
    try:
        async with reading(pipe, records.feed, records.tick):
            return await run_tool(
                without_foreign_options(plan_arguments(common, job, pipe.path)),
                cwd=folder,
                stop=stop,
                deadline_s=_deadline_s(program),
                stop_grace_s=5.0 + (program["options"]["setup_timeout_s"] if program["teardown"] else 0.0),
                env=plan_environment(program, folder),
            )
    finally:
        records.finish()


def _deadline_s(program: Program) -> float:
    load = program["load"]
    lasts_s = load["max_duration_s"] if load["kind"] == "iterations" else load["duration_s"]
    if lasts_s is None:
        return _FOREVER_S
    options = program["options"]
    once_s = (bool(program["setup"]) + bool(program["teardown"])) * options["setup_timeout_s"]
    return float(lasts_s + options["graceful_stop_s"] + once_s + _DEADLINE_SLACK_S)


@contextlib.asynccontextmanager
async def _stopping(stop: asyncio.Event, grace_s: float, records: Records) -> AsyncIterator[asyncio.Event]:
    """An event that is set ``grace_s`` after ``stop``: the users have left by then, or are in a request."""
    hard_stop = asyncio.Event()

    async def wait() -> None:
        await stop.wait()
        records.stopped_at(time.time() * 1000)
        await asyncio.sleep(grace_s)
        hard_stop.set()

    waiting = asyncio.ensure_future(wait())
    try:
        yield hard_stop
    finally:
        waiting.cancel()


def _report(
    found: Availability,
    plan: Plan,
    program: Program,
    started_at: float,
    outcome: Outcome,
    records: Records,
    collector: MetricsCollector,
    ctx: RunContext,
) -> EngineReport:
    by_script = bool(records.starved) and outcome.returncode == ABORTED_BY_SCRIPT
    reason = None if by_script else failure(outcome)
    stopped: Stopped = "completed"
    if "setup" in records.not_done:
        stopped, reason = "failed", f"{NO_SETUP}{records.not_done['setup']}"
    elif ctx.stop.is_set():
        stopped, reason = "interrupted", None
    else:
        require_begun(records.began_ms is not None, reason)
        reason = _script_failure(records) or reason or _shortfall(plan, collector, records)
        stopped = "failed" if reason else "completed"
    iterations = 0 if by_script else cut_off_iterations(outcome.stdout, outcome)
    if iterations is not None:
        collector.add_counts(None, interrupted=records.cut_off.total() + iterations)
    return EngineReport(
        version=found.version,
        started_at=started_at if records.began_ms is None else records.began_ms / 1000,
        duration_s=records.duration_s,
        stopped=stopped,
        reason=reason,
        warnings=[
            *_warnings(collector, records.cut_off, iterations or 0, loops(program)),
            *pacing_warnings(records.late),
            *starved_warnings(plan, records.starved),
            *flow_warnings(records.skipped, records.stopped_users),
            *_teardown_warnings(records),
            *records.warnings(),
        ],
        resources={"binary": found.path},
    )


def _teardown_warnings(records: Records) -> list[ResultWarning]:
    failed = records.not_done.get("teardown")
    return (
        [] if failed is None else [ResultWarning(code="TeardownFailed", message=f"teardown failed: {failed}")]
    )


def _script_failure(records: Records) -> str | None:
    if not records.exceptions:
        return None
    return f"polyload's script for k6 broke: {records.exceptions[0]}"


def _shortfall(plan: Plan, collector: MetricsCollector, records: Records) -> str | None:
    """Why a run that came to its end did not do what the plan says, if so."""
    if records.starved:
        return why_starved(plan, records.starved)
    if not isinstance(plan.load, IterationLoad):
        return None
    finished = collector.iterations or 0
    if finished >= plan.load.iterations:
        return None
    return f"{finished} of {plan.load.iterations} iterations were done when max_duration had passed"


def _warnings(
    collector: MetricsCollector, names: Counter[str], cut_off: int, looping: bool
) -> list[ResultWarning]:
    """``cut_off`` users were stopped by k6 itself, not by the script."""
    warnings = []
    if collector.interrupted:
        text = in_flight(collector.interrupted, names)
        if cut_off:
            missing = (
                "what they did in the 0.1 s before may be missing"
                if looping
                else "maybe between two requests"
            )
            text += f"; {cut_off} of them with their users ({missing})"
        warnings.append(ResultWarning(code="Interrupted", message=text))
    if collector.dropped:
        text = f"{collector.dropped} arrivals found all users busy and were dropped; raise max_users or lower the rate"
        warnings.append(ResultWarning(code="ArrivalsDropped", message=text))
    return warnings
