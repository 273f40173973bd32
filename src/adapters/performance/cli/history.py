"""``polyload history``: the results that were kept, and what can be done with them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from .history_lazy import HistoryGroup
from .options import COUNT, group
from .places import PLACE, opened
from .written import MOMENT

_PERIODS = {"week": 7, "month": 30, "year": 365}
_DEFAULT_LIMIT = 20

FILTERS = group(
    click.option("--week", "period", flag_value="week", help="Runs of the last 7 days."),
    click.option("--month", "period", flag_value="month", help="Runs of the last 30 days."),
    click.option("--year", "period", flag_value="year", help="Runs of the last 365 days."),
    click.option("--since", type=MOMENT, metavar="WHEN", help="Runs from a date, or from so long ago (90d)."),
    click.option("--until", type=MOMENT, metavar="WHEN", help="Runs before a date, or before so long ago."),
    click.option("--label", metavar="TEXT", help="Runs with this label."),
    click.option("--target", metavar="TEXT", help="Runs whose target has this in it."),
    click.option("--tag", "tags", multiple=True, metavar="TEXT", help="Runs with this tag; repeatable."),
    click.option("--kind", metavar="KIND", help="run, stress, capacity, comparison, suite, benchmark …"),
)
"""Which runs; `wanted` makes of them what `History.runs` takes."""


def wanted(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `History.runs` that these options stand for."""
    found = {name: given[name] for name in ("until", "label", "target", "tags", "kind")}
    since, period = given["since"], given["period"]
    if period is not None:
        if since is not None:
            raise click.UsageError(f"--since and --{period} both say where to begin")
        since = datetime.now(UTC) - timedelta(days=_PERIODS[period])
    return {**found, "since": since}


@click.group(name="history", cls=HistoryGroup, invoke_without_command=True)
@FILTERS
@click.option("--limit", type=COUNT, metavar="N", help=f"At most so many.  [default: {_DEFAULT_LIMIT}]")
@click.option(
    "--by", type=click.Choice(["week", "month", "year"]), help="A line for each instead of each run."
)
@click.option("--parts", is_flag=True, help="Also the runs of which comparisons and suites were made.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@PLACE
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """List the results that were kept, and work with them.

    Without a command the newest are listed, with a line for p95 and throughput of those that are alike. RUN is an id,
    the beginning of one, or 'latest'. Results are kept in .polyload/history.db, or where --history or the environment
    variable POLYLOAD_HISTORY says: a file, or the URL of a PostgreSQL database.
    """
    if ctx.invoked_subcommand is not None:
        return
    from ..reports.console import open_console
    from .history_list import print_json, print_periods, print_runs

    limit = given["limit"] or (None if given["by"] else _DEFAULT_LIMIT)
    with opened(given["where"]) as history:
        runs = history.runs(**wanted(given), parts=given["parts"], limit=limit)
        shown = history.place.shown
    if given["as_json"]:
        print_json(runs)
        return
    console = open_console(sys.stdout)
    if not runs:
        print(f"no runs in {shown}", file=sys.stderr)
    elif given["by"]:
        print_periods(runs, given["by"], console)
    else:
        print_runs(runs, console)
