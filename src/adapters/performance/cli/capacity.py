"""``polyload capacity``: a search for the highest rate, shown probe by probe."""

from __future__ import annotations

from typing import Any

import click

from .counts import COUNT_OR_AUTO
from .durations import DURATION

_REQUEST = ("method", "headers", "body")
_SEARCH = ("start_rate", "max_rate", "probe", "warm_up", "budget", "precision", "max_users")
_COUNT = click.IntRange(min=1)


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
@click.option("--max-users", type=_COUNT, metavar="N", help="The most iterations at once.")
@click.option("-X", "--method", metavar="METHOD", help="HTTP method.  [default: GET, with a body POST]")
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeatable."
)
@click.option("-b", "--body", metavar="TEXT|@FILE", help="The body: a text, or the content of a file.")
@click.option("--timeout", type=DURATION, metavar="TIME", help="Bound on each request.  [default: 30s]")
@click.option("--tool", default="auto", show_default=True, metavar="ENGINE", help="See 'polyload engines'.")
@click.option(
    "--processes",
    type=COUNT_OR_AUTO,
    metavar="N|auto",
    help="Worker processes (native, httpx).  [default: 1]",
)
@click.option("--approximate", is_flag=True, help="Allow the engine's named approximations.")
@click.option("--json", "json_file", metavar="FILE", help="Write the result as JSON; - is standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors; the exit code tells.")
def command(target: str, **given: Any) -> int:
    """Find the highest rate that a target sustains.

    TARGET is a URL, or a plan file whose load is replaced. The rate is doubled until it breaks the objective, then the
    limit is searched between, and what was found is verified. Error rates of 1% and more always break it, unless
    another bound is given. Ctrl-C ends the search with what is known. Exit codes: 0 found, or at least so much; 99 the
    first probe failed; 1 inconclusive.
    """
    from .planning import Wishes, make_plan
    from .run import destinations_for
    from .searching import search, show

    options = {} if given["timeout"] is None else {"timeout": given["timeout"]}
    request = {name: given[name] for name in _REQUEST if given[name] not in (None, ())}
    plan = make_plan(target, Wishes(options=options, request=request))
    destinations_for(target, given["json_file"], ())
    settings: dict[str, Any] = {name: given[name] for name in _SEARCH if given[name] is not None}
    settings |= {"tool": given["tool"], "approximate": given["approximate"]}
    if given["processes"] is not None:
        settings["settings"] = {"processes": given["processes"]}
    result = search(plan, given["slo"], settings, quiet=given["quiet"])
    return show(result, given["json_file"], quiet=given["quiet"])
