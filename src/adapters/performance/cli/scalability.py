"""``polyload scalability``: how throughput grows with the number of users."""

from __future__ import annotations

import sys
from typing import Any

import click

from .options import APPROXIMATE, OUTPUT, REQUEST, REQUEST_NAMES, TIMEOUT, TOOL, named
from .written import DURATION, WHOLE_NUMBERS

_SETTINGS = ("users", "probe", "warm_up")


@click.command(name="scalability")
@click.argument("target")
@click.option(
    "-u",
    "--users",
    type=WHOLE_NUMBERS,
    metavar="N,N,…",
    help="Users at once, level by level.  [default: 1,2,4,8,16,32]",
)
@click.option("--probe", type=DURATION, metavar="TIME", help="How long a level is measured.  [default: 10s]")
@click.option(
    "--warm-up", type=DURATION, metavar="TIME", help="Before that, left out of the figures.  [default: 2s]"
)
@REQUEST
@TIMEOUT
@TOOL
@APPROXIMATE
@OUTPUT
def command(target: str, **given: Any) -> int:
    """Measure how throughput grows with the users.

    TARGET is a URL, or a plan file whose load is replaced. The Universal Scalability Law is fitted to it:
    what share of the work is done one at a time (contention), what it costs that users get in each other's way
    (coherency), and where throughput peaks. Exit codes: 0 the law could be fitted, 1 it could not, 130 interrupted.
    """
    from ..workflows.entry import Entry
    from ..workflows.scalability import measure_scalability
    from .documents import deliver, output_of, run_stoppable
    from .kinds import KINDS
    from .planning import Wishes, make_plan
    from .show_scalability import level_line

    output = output_of(given, KINDS["scalability"], target)
    plan = make_plan(target, Wishes(options=named(given, ("timeout",)), request=named(given, REQUEST_NAMES)))
    entry = Entry(plan, given["tool"], approximate=given["approximate"])
    told = None if given["quiet"] else lambda level: print(level_line(level), file=sys.stderr, flush=True)
    result = run_stoppable(
        lambda stop: measure_scalability(entry, **named(given, _SETTINGS), on_level=told, stop=stop)
    )
    return deliver(result, output)
