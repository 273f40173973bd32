"""The native engine as the rest of polyload sees it."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from typing import ClassVar, Literal

from ...metrics.collector import MetricsCollector
from ...metrics.semantics import Semantics
from ...plan.model import Plan
from ..contract import Availability, EngineAdapter, EngineReport, Refusal, RunContext, Support
from ..process import workspace
from .by_httpx import CANNOT, SEMANTICS, only_by_httpx, refusals, why_httpx
from .connections import check_local_addresses, connections_in_words
from .course import run_jobs
from .health import target_usage
from .jobs import worker_jobs
from .processes import Processes, check_processes


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
        with workspace() as folder:
            sender, sampled = self._sends_by(plan), ctx.samples is not None
            jobs = worker_jobs(plan, self._processes, sender=sender, folder=folder, sampled=sampled)
            target = None if self._target_pid is None else target_usage(self._target_pid)
            return await run_jobs(plan, jobs, collector, ctx, target)


class HttpxAdapter(NativeAdapter):
    """The native engine with every request sent by httpx."""

    name: ClassVar[str] = "httpx"
    semantics = SEMANTICS
    cannot = CANNOT

    def __init__(self, *, processes: Processes = 1, target_pid: int | None = None) -> None:
        super().__init__(processes=processes, target_pid=target_pid, sender="httpx")
