"""``polyload trend``: how figures went over runs that are alike, and where their level shifted for good."""

from __future__ import annotations

import sys
from typing import Any

import click

from .history import FILTERS, wanted
from .places import PLACE, opened
from .written import SHARE

_FIGURES = ("p50", "p95", "p99", "mean", "throughput", "error_rate")
_DEFAULT = ("p95", "throughput")


@click.command(name="trend")
@FILTERS
@click.option(
    "--figure",
    "figures",
    multiple=True,
    type=click.Choice(_FIGURES),
    help="Repeatable.  [default: p95, throughput]",
)
@click.option(
    "--min-change", type=SHARE, default="0%", metavar="SHARE", help="Shifts smaller than this are left out."
)
@PLACE
def command(figures: tuple[str, ...], min_change: float, where: str | None, **given: Any) -> None:
    """Show how figures went over the runs that were kept.

    Runs are alike that had the same plan (name, thresholds and seed aside), engine and processors, and that ran to
    their end. A change point is where the level shifted for good, at 1% significance; it takes ten runs that are alike.
    """
    from ..reports.console import open_console
    from .trending import print_trends

    with opened(where) as history:
        runs = history.runs(**wanted(given), parts=True)
        shown = history.place.shown
    if not runs:
        print(f"no runs in {shown}", file=sys.stderr)
        return
    print_trends(runs, figures or _DEFAULT, min_change, open_console(sys.stdout))
