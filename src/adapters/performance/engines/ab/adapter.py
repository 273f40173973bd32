"""The Apache Bench engine as the rest of polyload sees it."""

from __future__ import annotations

import asyncio
import platform
import re
import subprocess
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

from ...errors import EngineNotInstalled
from ...metrics.collector import MetricsCollector
from ...metrics.semantics import Semantics
from ...plan.model import Plan
from ..contract import Availability, EngineAdapter, EngineReport, RunContext, Support
from ..process import find_program, workspace
from ..program.compile import compile_plan
from .conclude import conclude
from .exposure import shown_arguments
from .job import make_job
from .launch import run_ab
from .refusals import CANNOT, further_refusals

_INSTALL = {
    "Darwin": "brew install httpd (macOS itself has /usr/sbin/ab)",
    "Windows": "choco install apache-httpd (ab.exe is in its bin folder)",
    "Linux": "apt-get install apache2-utils, or on Fedora and RHEL: dnf install httpd-tools",
}
_VERSION = re.compile(r"ApacheBench, Version (\d[\d.]*)")


class ApacheBenchAdapter(EngineAdapter):
    """Apache Bench: one URL, one process, HTTP/1.0."""

    name: ClassVar[str] = "ab"
    semantics = Semantics(
        latency="from the start of connecting, or of sending on a kept connection, to the end of the answer or to the"
        " failure; HTTP/1.0",
        resolution_ms=1.0,
        connections="a new one for each request, or one kept per user where the server keeps those of HTTP/1.0;"
        " the other users join the first when its first answer has begun",
        redirects="not followed",
    )
    cannot = CANNOT
    cannot_steer = "ab is told a number of requests and of users when it starts, and nothing later"

    def detect(self) -> Availability:
        """A program on PATH that says it is ApacheBench."""
        path = find_program("ab")
        install = _INSTALL.get(platform.system(), _INSTALL["Linux"])
        if path is None:
            return Availability(False, reason="ab is not on PATH", install=install)
        version = _version_of(path)
        if version is None:
            return Availability(False, path=path, reason=f"{path} is not Apache Bench", install=install)
        return Availability(True, version, path)

    def supports(self, plan: Plan) -> Support:
        """One static request at full speed, judged by its status."""
        support = super().supports(plan)
        return replace(support, unsupported=(*support.unsupported, *further_refusals(plan)))

    async def run(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> EngineReport:
        """Runs ab to its end; it tells nothing before, so that all figures come at once."""
        availability = await asyncio.to_thread(self.detect)
        if availability.path is None:
            raise EngineNotInstalled(f"ab is not installed: {availability.reason}", hint=availability.install)
        program = compile_plan(plan)
        with workspace() as folder:
            job = make_job(program, folder)
            run = await run_ab(availability.path, job, folder, ctx.stop)
            report = conclude(collector, job, run, folder, availability.version)
            return replace(report, warnings=(*report.warnings, *shown_arguments(program)))


@lru_cache(maxsize=16)
def _version_of(path: str) -> str | None:
    try:
        answer = subprocess.run([path, "-V"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(answer.stdout)
    return found[1] if found else None
