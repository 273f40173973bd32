"""The native engine as the rest of polyload sees it."""

from __future__ import annotations

import asyncio
import platform
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, ClassVar, Literal

from ...errors import EngineFailed
from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...metrics.semantics import Semantics
from ...metrics.window import Window
from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..contract import Availability, EngineAdapter, EngineReport, Refusal, RunContext, Stopped, Support
from ..features import used_features
from ..in_flight import in_flight
from ..pacing import pacing_warnings
from ..program.compile import compile_plan
from .steering import steer
from .workers import Worker, started_workers

_START_DELAY_S = 0.02
_SATURATED_LAG_S = 0.05
_ADVANCE_S = 0.1
_REPORTED_AFTER_S = 0.25
_HTTPX_ONLY = {"http2", "auth.digest"}


class NativeAdapter(EngineAdapter):
    """polyload's own engine: a coroutine per user on its own connection, on uvloop; httpx where only httpx will do."""

    name: ClassVar[str] = "native"
    semantics = Semantics(
        latency="from just before the request is sent to its last byte received; connecting included when needed",
        resolution_ms=0.001,
        connections="one kept connection per user and origin, or a new one for each request",
        redirects="not followed unless the plan says so; then each hop is a request of its own",
    )
    cannot_steer = None

    def __init__(self, *, processes: int = 1, sender: Literal["auto", "wire", "httpx"] = "auto") -> None:
        if processes < 1:
            raise ValueError("processes must be at least 1")
        self._processes = processes
        self._sender = sender

    def detect(self) -> Availability:
        """Always here: it comes with polyload."""
        return Availability(True, version("polyload"), __file__)

    def supports(self, plan: Plan) -> Support:
        """Everything, but HTTP/2 without the h2 package."""
        if plan.options.http_version == "2" and find_spec("h2") is None:
            why = "the h2 package is not installed; pip install 'polyload[http2]'"
            return Support(unsupported=(Refusal("http2", "options.http_version", why),))
        return super().supports(plan)

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        """Runs a plan in worker processes, which report a window a second."""
        jobs = self._jobs(plan)
        async with started_workers(jobs) as workers:
            started_at = time.time() + _START_DELAY_S
            start = time.perf_counter() + _START_DELAY_S
            for worker in workers:
                worker.send({"start_at": start})
            failure = await _listen(workers, collector, ctx, start)
        return self._report(plan, workers, started_at, time.perf_counter() - start, failure, collector, ctx)

    def _jobs(self, plan: Plan) -> list[dict[str, Any]]:
        program = compile_plan(plan)
        workers = min(self._processes, program["load"]["users"])
        sender = self._sender
        if sender == "auto":
            needs_httpx = plan.options.app or any(use.feature in _HTTPX_ONLY for use in used_features(plan))
            sender = "httpx" if needs_httpx else "wire"
        common = {"program": program, "workers": workers, "sender": sender, "app": plan.options.app}
        return [{**common, "worker": number} for number in range(workers)]

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
                *_warnings(collector, done),
                *pacing_warnings(sum(part["late"] for part in done)),
            ],
            resources={
                "workers": len(workers),
                "cpu_s": sum(part["cpu_s"] for part in done) if done else None,
                "python": platform.python_version(),
            },
        )


class HttpxAdapter(NativeAdapter):
    """The native engine with every request sent by httpx."""

    name: ClassVar[str] = "httpx"
    semantics = Semantics(
        latency="from just before the request is handed to httpx to its last byte read; connecting included",
        resolution_ms=0.001,
        connections="one httpx client per user, its connections kept, or a new one for each request",
        redirects="not followed unless the plan says so; then each hop is a request of its own",
    )

    def __init__(self, *, processes: int = 1) -> None:
        super().__init__(processes=processes, sender="httpx")


async def _listen(
    workers: Sequence[Worker], collector: MetricsCollector, ctx: RunContext, start: float
) -> str | None:
    """Feeds the collector until every worker is done; why the run failed, if it did."""

    def on_window(data: dict[str, Any]) -> None:
        collector.add_window(Window.from_dict(data))

    stopping = asyncio.ensure_future(_pass_on_stop(workers, ctx))
    steering = asyncio.ensure_future(steer(workers, ctx.steering, start))
    ticking = asyncio.ensure_future(_advance(collector, start))
    failure: str | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(worker.listen(on_window))
    except* EngineFailed as failures:
        failure = str(failures.exceptions[0])
    finally:
        stopping.cancel()
        ticking.cancel()
        ctx.steering.close()
        await steering
    return failure


async def _advance(collector: MetricsCollector, start: float) -> None:
    """Hands on each second once every worker has had the time to report it."""
    while True:
        await asyncio.sleep(_ADVANCE_S)
        collector.advance(time.perf_counter() - start - _REPORTED_AFTER_S)


async def _pass_on_stop(workers: Sequence[Worker], ctx: RunContext) -> None:
    await ctx.stop.wait()
    for worker in workers:
        worker.send({"stop": True})


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


def _warnings(collector: MetricsCollector, done: Sequence[dict[str, Any]]) -> list[ResultWarning]:
    warnings = []
    resent = sum(part["resent"] for part in done)
    if resent:
        text = f"{resent} requests met a kept connection that the server had just closed, and were sent again"
        warnings.append(ResultWarning(code="Resent", message=text))
    if collector.interrupted:
        names = sum((Counter(part["in_flight"]) for part in done), Counter[str]())
        text = in_flight(collector.interrupted, names)
        warnings.append(ResultWarning(code="Interrupted", message=text))
    if collector.dropped:
        text = f"{collector.dropped} arrivals found all users busy and were dropped; raise max_users or lower the rate"
        warnings.append(ResultWarning(code="ArrivalsDropped", message=text))
    lag = collector.lag.quantile(0.99) if collector.lag is not None else None
    if lag is not None and lag / 1e9 > _SATURATED_LAG_S:
        text = f"the generator started iterations late (p99 {lag / 1e6:.0f} ms); use more processes or a lower rate"
        warnings.append(ResultWarning(code="GeneratorSaturated", message=text))
    return warnings
