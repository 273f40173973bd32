"""The Locust engine as the rest of polyload sees it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal, get_args

from ...errors import UsageError
from ...metrics.collector import MetricsCollector
from ...metrics.semantics import Semantics
from ...plan.load import IterationLoad
from ...plan.model import Plan
from ..contract import Availability, EngineAdapter, EngineReport, Refusal, RunContext, Support
from ..process import START_UP_S, run_tool, workspace
from ..program.compile import compile_plan
from ..uses import used_features
from . import launch
from .channel import channel
from .report import make_report
from .samples import SampleStream
from .script import CANNOT_TELL, OwnScript

UserKind = Literal["fast_http_user", "http_user"]

_STOP_GRACE_S = 5.0
_OPTIONS = (
    "--headless",
    "--only-summary",
    "--skip-log-setup",
    "--loglevel",
    "WARNING",
    "--exit-code-on-error",
    "0",
)


class LocustAdapter(EngineAdapter):
    """Locust: a greenlet per user in one process, sending with FastHttpUser's or HttpUser's client."""

    name: ClassVar[str] = "locust"
    semantics = Semantics(
        latency="from just before the request is sent to its last byte read, or to its failure; connecting included",
        resolution_ms=0.001,
        connections="one kept connection per user and origin, or a new one for each request",
        redirects="not followed unless the plan says so; then each hop is a request of its own",
    )
    cannot = {
        "load.open": "Locust's users wait for their answers; pacing a user is still the closed model",
        "load.poisson": "Locust has no arrivals, only users",
        "load.queue": "Locust has no arrivals, only users",
        "keep_alive.shared": "each of Locust's users has its own connections",
        "keep_alive.idle_timeout": "Locust's clients keep a connection for as long as the server does",
        "resolve.once": "Locust's clients look names up for each connection",
        "ip": "Locust's clients take the addresses as they come",
        "local_address": "Locust's clients have no setting for it",
        "unix_socket": "Locust's clients connect over the network only",
        "proxy": "polyload has Locust's users connect to the target itself",
        "tls.server_name": "Locust's clients ask for the URL's host",
        "tls.resume": "Locust's clients make a full handshake for each connection",
        "http2": "Locust's clients speak HTTP/1.1",
        "app": "Locust sends over the network, from a process of its own",
        **CANNOT_TELL,
    }
    cannot_steer = "the times at which its users come and go are laid out before the run begins"

    def __init__(
        self,
        locustfile: str | Path | None = None,
        *,
        user: UserKind = "fast_http_user",
        user_classes: Sequence[str] = (),
    ) -> None:
        if user not in get_args(UserKind):
            raise UsageError(f"no user is called {user!r}; there are {', '.join(get_args(UserKind))}")
        if user_classes and locustfile is None:
            raise UsageError("user_classes are those of a locustfile, and none is given")
        self._user = user
        self._script = None if locustfile is None else OwnScript.of(locustfile, user_classes)

    def detect(self) -> Availability:
        """A package of this Python, or a program on PATH; at least 2.32."""
        return launch.detect()

    def supports(self, plan: Plan) -> Support:
        """All but what ``cannot`` names, or a Python of its own may lack; with a locustfile of the user's, the load."""
        if self._script is not None:
            return self._script.supports(plan)
        support = super().supports(plan)
        if launch.is_of_this_python(self.detect()):
            return support
        elsewhere = (
            Refusal(use.feature, use.where, launch.ELSEWHERE)
            for use in used_features(plan)
            if use.feature in launch.NEEDS_PACKAGES
        )
        return replace(support, unsupported=(*support.unsupported, *elsewhere))

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        """Runs a plan under the one fixed locustfile, or its load under the user's own."""
        availability = await asyncio.to_thread(self.detect)
        launched_at = time.time()
        stream = SampleStream(collector)
        with workspace() as folder:
            arguments, cwd, env = self._job(plan, folder)
            async with channel(folder / "samples", stream.feed):
                outcome = await run_tool(
                    [*launch.command(availability), *_OPTIONS, *arguments],
                    cwd=cwd,
                    stop=ctx.stop,
                    deadline_s=_deadline_s(plan),
                    begun=lambda: stream.heard,
                    stop_grace_s=_STOP_GRACE_S + (plan.options.setup_timeout if plan.teardown else 0.0),
                    env={"POLYLOAD_WORKSPACE": str(folder), **env},
                )
        return make_report(plan, collector, stream, outcome, launched_at)

    def _job(self, plan: Plan, folder: Path) -> tuple[list[str], Path, dict[str, str]]:
        """The rest of the command line, the working directory and the environment."""
        program = compile_plan(plan, folder=folder)
        if self._script is None:
            locustfile = launch.lay_out(folder, "locustfile.py", program)
            return ["-f", str(locustfile)], folder, {"POLYLOAD_USER": self._user}
        hook = launch.lay_out(folder, "hookfile.py", program)
        return self._script.arguments(plan, hook), Path.cwd(), self._script.environment(plan)


def _deadline_s(plan: Plan) -> float:
    """When a run that has not ended by itself is stuck; a number of iterations without a bound may take any time."""
    load = plan.load
    length_s = load.max_duration if isinstance(load, IterationLoad) else load.duration_s
    if length_s is None:
        return math.inf
    once_s = (bool(plan.setup) + bool(plan.teardown)) * plan.options.setup_timeout
    return START_UP_S + length_s + plan.options.graceful_stop + once_s
