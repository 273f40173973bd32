"""How a run of Locust went: judged from what it measured, not from its exit code."""

from __future__ import annotations

import platform
import signal
from collections.abc import Iterator
from typing import Any

from ...errors import EngineFailed
from ...metrics.build import NO_SETUP
from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..contract import EngineReport, Stopped
from ..flow import flow_warnings, stopped_in_words
from ..in_flight import in_flight
from ..pacing import pacing_warnings
from ..process import START_UP_S, Outcome
from ..starving import starved_warnings, why_starved
from .samples import SampleStream

_SATURATED = 0.9
_LONG_ENOUGH_S = 0.5


def make_report(
    plan: Plan, collector: MetricsCollector, stream: SampleStream, outcome: Outcome, launched_at: float
) -> EngineReport:
    """The report of a run; EngineFailed when Locust ended by itself before there was any load."""
    begun, finished = stream.begun or {}, stream.finished or {}
    if not begun and outcome.ending == "exited":
        raise EngineFailed(f"Locust {_ending(outcome)} before the load began{_words(outcome)}")
    duration = finished.get("duration_s", stream.last_s if begun else None)
    if "setup" in finished:
        duration = None  # there was no load
    stopped, reason = _verdict(plan, collector, stream, outcome)
    return EngineReport(
        version=begun.get("version"),
        started_at=begun.get("started_at", launched_at),
        duration_s=duration,
        stopped=stopped,
        reason=reason,
        warnings=(*_warnings(collector, finished), *starved_warnings(plan, finished.get("starved", {}))),
        resources={
            "processes": 1,
            "cpu_s": finished.get("cpu_s"),
            "python": begun.get("python", platform.python_version()),
        },
    )


def _verdict(
    plan: Plan, collector: MetricsCollector, stream: SampleStream, outcome: Outcome
) -> tuple[Stopped, str | None]:
    finished = stream.finished
    if finished and finished.get("setup"):
        return "failed", f"{NO_SETUP}{finished['setup']}"
    if outcome.ending == "stopped":
        return "interrupted", "it was stopped on request"
    if outcome.ending == "deadline":
        what = "end by itself in time" if stream.heard else f"begin anything within {START_UP_S:.0f} s"
        return "failed", f"Locust did not {what} and was killed{_words(outcome)}"
    if finished is None or finished["cut_short"]:
        return "failed", f"Locust {_ending(outcome)} before the load was over{_words(outcome)}"
    if finished["exceptions"]:
        first = stream.exceptions[0] if stream.exceptions else "not told"
        return "failed", f"script errors: {finished['exceptions']} (first: {first})"
    shortfall = _shortfall(plan, collector, finished)
    return ("failed", shortfall) if shortfall else ("completed", None)


def _shortfall(plan: Plan, collector: MetricsCollector, finished: dict[str, Any]) -> str | None:
    """Why a run that came to its end did not do what the plan says, if so."""
    starved = finished.get("starved")
    if starved:
        return why_starved(plan, starved)
    if isinstance(plan.load, IterationLoad) and (collector.iterations or 0) < plan.load.iterations:
        done = f"{collector.iterations or 0} of {plan.load.iterations} iterations were done"
        if finished.get("stopped_users"):
            return f"{done} when {stopped_in_words(finished['stopped_users'])}"
        return done if plan.load.max_duration is None else f"{done} when max_duration had passed"
    return None


def _warnings(collector: MetricsCollector, finished: dict[str, Any]) -> Iterator[ResultWarning]:
    if collector.interrupted:
        text = in_flight(collector.interrupted, finished.get("in_flight", {}))
        yield ResultWarning(code="Interrupted", message=text)
    yield from pacing_warnings(finished.get("late", 0))
    yield from flow_warnings(finished.get("skipped", {}), finished.get("stopped_users", 0))
    if trouble := finished.get("teardown"):
        yield ResultWarning(code="TeardownFailed", message=f"teardown failed: {trouble}")
    cpu_s, duration_s = finished.get("cpu_s"), finished.get("duration_s")
    if cpu_s and (duration_s or 0) >= _LONG_ENOUGH_S and cpu_s / duration_s > _SATURATED:
        share = f"{100 * cpu_s / duration_s:.0f} %"
        text = f"Locust kept its one core busy ({share}): latencies include waiting in Locust itself; use fewer users"
        yield ResultWarning(code="GeneratorSaturated", message=text)


def _ending(outcome: Outcome) -> str:
    if outcome.returncode < 0:
        return f"was ended by {signal.Signals(-outcome.returncode).name}"
    return f"ended with exit code {outcome.returncode}"


def _words(outcome: Outcome) -> str:
    return f":\n{outcome.last_words}" if outcome.last_words else ""
