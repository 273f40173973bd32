"""Runs a k6 script of the user's own as it is, under the load of a plan.

The plan's URL is in ``__ENV.TARGET_URL`` and its scheme and host in ``__ENV.BASE_URL``. The load goes to k6 as flags,
which replace the script's own ``scenarios``: its default function is what runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...plan.model import Plan
from ..contract import Availability, EngineReport, RunContext, Stopped
from ..pipe import Pipe, reading
from ..process import Outcome, run_tool, workspace
from ..program.compile import Program, compile_plan
from .ending import cut_off_iterations, failure, require_begun
from .log import Log
from .options import SHORTEST_S, user_stages
from .rows import SYSTEM_TAGS, CsvRows

_GRACE_S = 30.0
_DEADLINE_SLACK_S = 300.0
_FOREVER_S = 10 * 365 * 86400.0
_CSV = {"K6_CSV_TIME_FORMAT": "unix_micro", "K6_CSV_SAVE_INTERVAL": "100ms"}


async def run_own_script(
    found: Availability, script: Path, plan: Plan, collector: MetricsCollector, ctx: RunContext
) -> EngineReport:
    """Runs the script and feeds the collector while it runs."""
    program = compile_plan(plan)
    started_at = time.time()
    rows, log = CsvRows(collector), Log()
    with workspace() as folder:
        warnings = await _replaced_scenarios(found, script, program, folder)
        outcome = await _run_k6(found, script, program, folder, rows, log, ctx.stop)
    rows.finish()
    interrupted = cut_off_iterations(log.tail, outcome)
    if interrupted is not None:
        collector.add_counts(None, interrupted=interrupted)
    stopped, reason = _ending(outcome, log, rows, ctx)
    return EngineReport(
        version=found.version,
        started_at=started_at if rows.began_us is None else rows.began_us / 1e6,
        duration_s=rows.duration_s,
        stopped=stopped,
        reason=reason,
        warnings=[*warnings, *_warnings(collector)],
        resources={"binary": found.path, "script": str(script)},
    )


async def _run_k6(
    found: Availability,
    script: Path,
    program: Program,
    folder: Path,
    rows: CsvRows,
    log: Log,
    stop: asyncio.Event,
) -> Outcome:
    pipe = Pipe(folder)
    options = [
        "--no-color",
        "--no-usage-report",
        "--address",
        "",
        "--log-format",
        "json",
        "--log-output",
        "stdout",
    ]
    output = ["--out", f"csv={pipe.path}", "--system-tags", SYSTEM_TAGS]
    lasts_s = program["load"].get("duration_s") or program["load"].get("max_duration_s")
    async with reading(pipe, rows.feed, rows.tick):
        return await run_tool(
            [str(found.path), "run", *options, *output, *_flags(program), str(script)],
            cwd=Path.cwd(),
            stop=stop,
            deadline_s=_FOREVER_S if lasts_s is None else lasts_s + _GRACE_S + _DEADLINE_SLACK_S,
            env={**_CSV, **_variables(program)},
            on_stdout=log.feed,
        )


def _flags(program: Program) -> list[str]:
    """The load and the options that are flags of ``k6 run``."""
    load, options = program["load"], program["options"]
    flags = [] if options["keep_alive"] else ["--no-connection-reuse"]
    flags += [] if options["tls"]["verify"] else ["--insecure-skip-tls-verify"]
    if load["kind"] == "iterations":
        longest = f"{load['max_duration_s'] or _FOREVER_S}s"
        return [
            *flags,
            "--vus",
            str(load["users"]),
            "--iterations",
            str(load["iterations"]),
            "--duration",
            longest,
        ]
    constant = load["points"][1][0] == 0 and len({users for _, users in load["points"][1:]}) == 1
    if constant and load["duration_s"] >= SHORTEST_S:
        return [*flags, "--vus", str(load["users"]), "--duration", f"{load['duration_s']}s"]
    stages = [f"{stage['duration']}:{stage['target']}" for stage in user_stages(load)]
    return [*flags, "--vus", "0", *(word for stage in stages for word in ("--stage", stage))]


def _variables(program: Program) -> dict[str, str]:
    """What the script finds in ``__ENV``: by the environment, for arguments are in the list of processes."""
    url = program["scenarios"][0]["steps"][0]["url"]
    parts = urlsplit(url)
    return {"TARGET_URL": url, "BASE_URL": f"{parts.scheme}://{parts.netloc}"}


async def _replaced_scenarios(
    found: Availability, script: Path, program: Program, folder: Path
) -> list[ResultWarning]:
    """A warning when the script has scenarios of its own, which the plan's load replaces."""
    argv = [str(found.path), "inspect", "--include-system-env-vars", str(script)]
    outcome = await run_tool(
        argv, cwd=Path.cwd(), stop=asyncio.Event(), deadline_s=60.0, env=_variables(program)
    )
    options: Mapping[str, Any] = {}
    with contextlib.suppress(ValueError):
        options = json.loads(outcome.stdout)
    own = options.get("scenarios") or {}
    if not own:
        return []
    text = f"the load of the plan replaced the script's own scenarios ({', '.join(own)}); its default function ran"
    return [ResultWarning(code="ScenariosReplaced", message=text)]


def _ending(outcome: Outcome, log: Log, rows: CsvRows, ctx: RunContext) -> tuple[Stopped, str | None]:
    if ctx.stop.is_set():
        return "interrupted", None
    reason = failure(outcome, "\n".join(log.errors))
    require_begun(rows.began_us is not None, reason)
    if reason is None and log.exceptions:
        reason = f"the script raised {log.exceptions} exceptions (first: {log.errors[0]})"
    return ("failed" if reason else "completed"), reason


def _warnings(collector: MetricsCollector) -> list[ResultWarning]:
    warnings = []
    if collector.interrupted:
        text = f"{collector.interrupted} iterations were cut off at the end; their requests in flight are not counted"
        warnings.append(ResultWarning(code="Interrupted", message=text))
    if collector.dropped:
        text = f"{collector.dropped} iterations were dropped by k6"
        warnings.append(ResultWarning(code="ArrivalsDropped", message=text))
    return warnings
