"""How a run on the native engine ended: as the plan says, or why not, and what is to be known of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from ...metrics.build import NO_SETUP
from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..contract import EngineReport, RunContext, Stopped
from ..flow import stopped_in_words
from ..in_flight import in_flight
from ..pacing import pacing_warnings
from ..starving import starved_warnings, why_starved
from .diagnosis import befell
from .workers import Worker


def report_of(
    plan: Plan,
    workers: Sequence[Worker],
    collector: MetricsCollector,
    ctx: RunContext,
    *,
    started_at: float,
    elapsed_s: float,
    failure: str | None,
) -> EngineReport:
    """The report of a run whose workers are done, or failed."""
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
            *starved_warnings(plan, _starved(done)),
        ],
    )


def not_begun(failure: str | None, ctx: RunContext) -> EngineReport:
    """The report of a run without a load, since its setup failed or was interrupted."""
    return EngineReport(
        version=version("polyload"),
        started_at=time.time(),
        duration_s=None,
        stopped="interrupted" if ctx.stop.is_set() and failure is None else "failed",
        reason=None if failure is None else f"{NO_SETUP}{failure}",
    )


def _shortfall(plan: Plan, collector: MetricsCollector, done: Sequence[dict[str, Any]]) -> str | None:
    """Why a run that came to its end did not do what the plan says, if so."""
    starved = _starved(done)
    if starved:
        return why_starved(plan, starved)
    if isinstance(plan.load, IterationLoad):
        finished = collector.iterations or 0
        if finished < plan.load.iterations:
            users = sum(part["stopped_users"] for part in done)
            why = stopped_in_words(users) if users else "max_duration had passed"
            return f"{finished} of {plan.load.iterations} iterations were done when {why}"
    return None


def _starved(done: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many iterations found no row, by the feed that had run out."""
    starved: Counter[str] = Counter()
    for part in done:
        if part["exhausted"]:
            starved[part["exhausted"]] += part["starved"]
    return starved


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
