"""``polyload capacity``: a search for the highest rate, shown probe by probe."""

from __future__ import annotations

from typing import Any

import click

from .keeping import keeps
from .options import COUNT, ENGINE, OUTPUT, REQUEST, REQUEST_NAMES, TIMEOUT, named
from .written import DURATION

_SEARCH = ("start_rate", "max_rate", "probe", "warm_up", "budget", "precision", "max_users")


@click.command(name="capacity")
@click.argument("target")
@click.option(
    "--slo",
    "slo",
    multiple=True,
    metavar="EXPR",
    help="What a rate must hold, such as 'p99 < 50ms'; repeatable.  [default: the plan's thresholds, else p99 < 1s]",
)
@click.option(
    "--start-rate", type=float, metavar="R", help="Iterations per second to begin with.  [default: 10]"
)
@click.option("--max-rate", type=float, metavar="R", help="No rate above this is tried.")
@click.option("--probe", type=DURATION, metavar="TIME", help="How long a rate is measured.  [default: 10s]")
@click.option(
    "--warm-up", type=DURATION, metavar="TIME", help="Before that, left out of the figures.  [default: 2s]"
)
@click.option("--budget", type=DURATION, metavar="TIME", help="How long the search may take.  [default: 10m]")
@click.option(
    "--precision",
    type=float,
    metavar="P",
    help="How near both ends of the interval must be to end it, a share.  [default: 0.05]",
)
@click.option("--max-users", type=COUNT, metavar="N", help="The most iterations at once.")
@REQUEST
@TIMEOUT
@ENGINE
@OUTPUT
@keeps
def command(target: str, **given: Any) -> int:
    """Find the highest rate that a target sustains.

    TARGET is a URL, or a plan file whose load is replaced. The rate is doubled until it breaks the objective, then the
    limit is searched between, and what was found is verified. Error rates of 1% and more always break it, unless
    another bound is given. Ctrl-C ends the search with what is known. Exit codes: 0 found, or at least so much; 99 the
    first probe failed; 1 inconclusive.
    """
    from .documents import deliver, output_of
    from .kinds import KINDS
    from .planning import Wishes, make_plan
    from .searching import search

    output = output_of(given, KINDS["capacity"], target)
    plan = make_plan(target, Wishes(options=named(given, ("timeout",)), request=named(given, REQUEST_NAMES)))
    settings = named(given, (*_SEARCH, "tool", "approximate")) | {"settings": named(given, ("processes",))}
    result = search(plan, given["slo"], settings, quiet=given["quiet"])
    return deliver(result, output)
