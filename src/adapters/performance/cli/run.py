"""``polyload run``: one run, its result shown and written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .keeping import STORE_REQUESTS, keeps
from .options import (
    APPROXIMATE,
    BASELINE,
    COUNT,
    LOAD,
    LOAD_NAMES,
    NO_PROGRESS,
    OUTPUT,
    PROCESSES,
    REDIRECTS,
    REQUEST,
    REQUEST_NAMES,
    SETTINGS,
    TIMEOUT,
    TOOL,
    named,
)

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..reports.write import Destination
    from ..settings.resolve import Resolved
    from ..workflows.configured import Planned
    from .planning import Wishes

_OPTIONS = ("timeout", "redirects", "timeline")
_ENGINE = ("processes", "target_pid")


@click.command(name="run")
@click.argument("target", required=False)
@SETTINGS
@click.option(
    "-i", "--interactive", is_flag=True, help="Ask in the terminal what to run; see 'polyload new'."
)
@LOAD
@click.option(
    "-p",
    "--pattern",
    metavar="PATTERN",
    help="A shape of load, such as ramp:1:100:60s or spike:20/s:200/s:1m:30s; see above.",
)
@REQUEST
@TIMEOUT
@REDIRECTS
@click.option(
    "--timeline",
    type=click.Choice(["full", "counts"]),
    help="counts: percentiles in total only, where that is cheaper (k6).  [default: full]",
)
@click.option(
    "--samples", metavar="FILE", help="Write a row for each request, as .npz or .parquet (pyarrow)."
)
@click.option(
    "--sample-ratio", type=float, metavar="R", help="With --samples: the share of requests.  [default: 1]"
)
@TOOL
@PROCESSES
@click.option(
    "--target-pid",
    type=COUNT,
    metavar="PID",
    help="Watch the CPU and memory of this process too (native, httpx).",
)
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="EXPR",
    help="Such as 'p95 < 500ms', 'login: error_rate < 1% for 10s abort'; repeatable; see docs/thresholds.md.",
)
@APPROXIMATE
@BASELINE
@OUTPUT
@STORE_REQUESTS
@NO_PROGRESS
@keeps
@click.pass_context
def command(ctx: click.Context, /, target: str | None, **given: Any) -> int:
    """Run a plan, or load one URL.

    TARGET is a URL, or a plan file (.yaml, .yml, .json, or a .py that is run to define it); a settings file may say it
    instead. Load options, --timeout, --redirects, --timeline and --threshold replace what a plan file or a profile
    says; -X, -H and -b are for URLs.
    Ctrl-C ends a run early, with the result so far. 'polyload config' shows the settings that hold.

    \b
    Patterns, where a LEVEL is users (50) or iterations per second (50/s):
      constant:LEVEL:TIME            the same all the time
      ramp:FROM:TO:TIME[:HOLD]       from one level to another, and held there
      spike:BASE:PEAK:TIME:PEAKTIME  the base for TIME, the peak, the base for TIME again
      stress:MAX:STEP:TIME           up to MAX in steps of STEP, each held for TIME
      soak:LEVEL:TIME[:RAMP]         the same for long, after a ramp
      stages:LEVEL:TIME,LEVEL:TIME…  from 0, to each LEVEL in turn over its TIME
    """
    from .configured import destinations_with, plan_with, read_settings, say_settings
    from .deliver import deliver, read_baseline
    from .documents import output_of
    from .keeping import keep_requests, without_spill
    from .kinds import RUN
    from .launch import display_for, launch
    from .planning import Wishes

    wishes = Wishes(
        named(given, ("pattern", *LOAD_NAMES)),
        named(given, _OPTIONS),
        named(given, REQUEST_NAMES),
        given["thresholds"],
    )
    resolved = read_settings(given, _flags(ctx))
    planned, warnings = (
        _asked(target, wishes, resolved) if given["interactive"] else plan_with(target, wishes, resolved)
    )
    plan = _with_samples(planned, given["samples"], given["sample_ratio"])
    inputs = [target, str(resolved.file[0]) if resolved.file else None, *given["baselines"]]
    with destinations_with(given["reports"], resolved) as reports:
        output = output_of(given, RUN, *filter(None, inputs), reports=reports)
        _check_samples(plan, output.destinations)
        plan = keep_requests(plan, asked=given["store_requests"])
        baseline = read_baseline(given["baselines"], output)
        if not output.quiet:
            say_settings(resolved, target, wishes)
        result = launch(
            plan,
            display_for(plan, quiet=output.quiet, progress=not given["no_progress"]),
            tool=resolved.settings.tool,
            preference=resolved.settings.preference,
            approximate=resolved.settings.approximate,
            settings=named(given, _ENGINE),
            warnings=warnings,
        )
        return deliver(without_spill(result), output, baseline)


def _asked(target: str | None, wishes: Wishes, resolved: Resolved) -> Planned:
    """The plan that somebody at the terminal asks for."""
    from ..settings.defaults import finished
    from .answers import Answers, a_target
    from .asking import asked
    from .drafting import drafted, plan_of
    from .planning import changed_plan, is_plan_file

    if target is not None and is_plan_file(target):
        raise click.UsageError("--interactive asks for a plan; give a URL beside it, or no target")
    if not sys.stdin.isatty():
        raise click.UsageError("--interactive asks in a terminal, and there is none")
    answers = Answers(target=None if target is None else a_target(target), load=wishes.load)
    plan = plan_of(drafted(asked(answers), Path.cwd()))
    return finished(changed_plan(plan, replace(wishes, load={})), resolved.settings, own_load=True)


def _flags(ctx: click.Context) -> list[str]:
    """The options that are settings too, and that were given."""
    source = click.core.ParameterSource.COMMANDLINE
    return [name for name in ("profile", "tool", "approximate") if ctx.get_parameter_source(name) is source]


def _with_samples(plan: Plan, file: str | None, ratio: float | None) -> Plan:
    from ..errors import UsageError
    from ..plan.reading import with_samples

    if file is not None:
        return with_samples(plan, file, 1.0 if ratio is None else ratio, source="command line")
    if ratio is not None:
        raise UsageError("--sample-ratio goes with --samples", hint="give --samples FILE as well")
    return plan


def _check_samples(plan: Plan, destinations: Sequence[Destination]) -> None:
    """Raw samples go to a file of their own."""
    from ..errors import UsageError

    samples = plan.options.samples
    if samples is None:
        return
    if any(samples.file.resolve() == Path(destination.path).resolve() for destination in destinations):
        raise UsageError(f"a report and raw samples would both go to {samples.file}")
