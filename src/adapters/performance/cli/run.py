"""``polyload run``: one run, its result shown and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
    TIMEOUT,
    TOOL,
    named,
)

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..reports.write import Destination

_OPTIONS = ("timeout", "redirects", "timeline")
_ENGINE = ("processes", "target_pid")


@click.command(name="run")
@click.argument("target")
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
    help="Such as 'p95 < 500ms', 'error_rate < 1%'; repeatable.",
)
@APPROXIMATE
@BASELINE
@OUTPUT
@NO_PROGRESS
def command(target: str, **given: Any) -> int:
    """Run a plan, or load one URL.

    TARGET is a URL, or a plan file (.yaml, .yml or .json). Load options, --timeout, --redirects, --timeline and
    --threshold replace what a plan file says; -X, -H and -b are for URLs. Ctrl-C ends a run early, with the result so
    far.

    \b
    Patterns, where a LEVEL is users (50) or iterations per second (50/s):
      constant:LEVEL:TIME            the same all the time
      ramp:FROM:TO:TIME[:HOLD]       from one level to another, and held there
      spike:BASE:PEAK:TIME:PEAKTIME  the base for TIME, the peak, the base for TIME again
      stress:MAX:STEP:TIME           up to MAX in steps of STEP, each held for TIME
      soak:LEVEL:TIME[:RAMP]         the same for long, after a ramp
      stages:LEVEL:TIME,LEVEL:TIME…  from 0, to each LEVEL in turn over its TIME
    """
    from .deliver import deliver, read_baseline
    from .documents import output_of
    from .kinds import RUN
    from .launch import display_for, launch
    from .planning import Wishes, make_plan

    wishes = Wishes(
        named(given, ("pattern", *LOAD_NAMES)),
        named(given, _OPTIONS),
        named(given, REQUEST_NAMES),
        given["thresholds"],
    )
    plan = _with_samples(make_plan(target, wishes), given["samples"], given["sample_ratio"])
    output = output_of(given, RUN, target, *given["baselines"])
    _check_samples(plan, output.destinations)
    baseline = read_baseline(given["baselines"], output)
    display = display_for(plan, quiet=given["quiet"], progress=not given["no_progress"])
    result = launch(
        plan,
        display,
        tool=given["tool"],
        approximate=given["approximate"],
        settings=named(given, _ENGINE),
    )
    return deliver(result, output, baseline)


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
