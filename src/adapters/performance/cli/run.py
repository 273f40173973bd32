"""``polyload run``: one run, its result shown and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .counts import COUNT_OR_AUTO
from .durations import DURATION

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..reports.write import Destination

_LOAD = ("pattern", "users", "duration", "ramp_up", "warm_up", "rate", "max_users", "iterations")
_REQUEST = ("method", "headers", "body")
_OPTIONS = ("timeout", "redirects", "timeline")
_ENGINE = ("processes", "target_pid")
_COUNT = click.IntRange(min=1)


@click.command(name="run")
@click.argument("target")
@click.option("-u", "--users", type=_COUNT, metavar="N", help="Users at once.  [for a URL: 10]")
@click.option(
    "-d",
    "--duration",
    type=DURATION,
    metavar="TIME",
    help="How long (90, 90s, 1m30s); with -n at most.  [for a URL: 10s]",
)
@click.option(
    "-r", "--ramp-up", type=DURATION, metavar="TIME", help="Time to reach full load, part of the duration."
)
@click.option(
    "--warm-up",
    type=DURATION,
    metavar="TIME",
    help="The first seconds of the duration, left out of the figures.",
)
@click.option(
    "--rate", type=float, metavar="R", help="Iterations to start per second, instead of users (open model)."
)
@click.option("--max-users", type=_COUNT, metavar="N", help="With a rate: the most iterations at once.")
@click.option(
    "-n", "--iterations", type=_COUNT, metavar="N", help="Iterations in total, shared by the users."
)
@click.option(
    "-p",
    "--pattern",
    metavar="PATTERN",
    help="A shape of load, such as ramp:1:100:60s or spike:20/s:200/s:1m:30s; see above.",
)
@click.option("-X", "--method", metavar="METHOD", help="HTTP method.  [default: GET, with a body POST]")
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeatable."
)
@click.option("-b", "--body", metavar="TEXT|@FILE", help="The body: a text, or the content of a file.")
@click.option("--timeout", type=DURATION, metavar="TIME", help="Bound on each request.  [default: 30s]")
@click.option(
    "--redirects", type=click.IntRange(0, 50), metavar="N", help="Redirects to follow.  [default: 0]"
)
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
@click.option("--tool", default="auto", show_default=True, metavar="ENGINE", help="See 'polyload engines'.")
@click.option(
    "--processes",
    type=COUNT_OR_AUTO,
    metavar="N|auto",
    help="Worker processes to share the load (native, httpx); auto: as many as help.  [default: 1]",
)
@click.option(
    "--target-pid",
    type=_COUNT,
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
@click.option("--approximate", is_flag=True, help="Allow the engine's named approximations.")
@click.option("--json", "json_file", metavar="FILE", help="Write the result as JSON; - is standard output.")
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=FILE", help="html, json or markdown; repeatable."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors; the exit code tells.")
@click.option("--no-progress", is_flag=True, help="No progress while the run goes on.")
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
    from .deliver import deliver
    from .launch import display_for, launch
    from .planning import Wishes, make_plan

    wishes = Wishes(
        _named(given, _LOAD), _named(given, _OPTIONS), _named(given, _REQUEST), given["thresholds"]
    )
    plan = _with_samples(make_plan(target, wishes), given["samples"], given["sample_ratio"])
    destinations = destinations_for(target, given["json_file"], given["reports"])
    _check_samples(plan, destinations)
    display = display_for(plan, quiet=given["quiet"], progress=not given["no_progress"])
    result = launch(
        plan,
        display,
        tool=given["tool"],
        approximate=given["approximate"],
        settings=_named(given, _ENGINE),
    )
    return deliver(result, destinations, quiet=given["quiet"])


def _named(given: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Those of the options that were given."""
    return {name: given[name] for name in names if given[name] not in (None, ())}


def destinations_for(target: str, json_file: str | None, reports: Sequence[str]) -> list[Destination]:
    """Where the result goes: all of it writable, and none of it the plan itself."""
    from ..errors import UsageError
    from ..reports.write import Destination, check_destinations, parse_destination

    destinations = [parse_destination(text) for text in reports]
    if json_file is not None:
        destinations.insert(0, Destination("json", json_file))
    check_destinations(destinations)
    if any(_same_file(target, destination.path) for destination in destinations):
        raise UsageError(f"the result would overwrite the plan {target}", hint="give it a file of its own")
    return destinations


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


def _same_file(one: str, other: str) -> bool:
    """Whether two paths lead to the same existing file."""
    return Path(one).exists() and Path(other).exists() and Path(one).samefile(other)
