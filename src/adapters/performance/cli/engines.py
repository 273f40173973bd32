"""``polyload engines``: which engines are here, and what each makes of a plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..plan.model import Plan
    from .survey import Entry

Cells = tuple[str, ...]


@click.command(name="engines")
@click.option(
    "--explain", metavar="PLAN|URL", help="Say which engines carry out a plan, and which 'auto' picks."
)
@click.option("--approximate", is_flag=True, help="With --explain: allow the engines' named approximations.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(explain: str | None, approximate: bool, as_json: bool) -> None:
    """List the load engines, and what each makes of a plan.

    A URL stands for the plan that 'polyload run URL' would run. The order is that of preference.
    """
    from .planning import Wishes, make_plan
    from .survey import survey

    if approximate and explain is None:
        raise click.UsageError("--approximate goes with --explain")
    plan = None if explain is None else make_plan(explain, Wishes())
    entries = survey(plan, approximate=approximate)
    if as_json:
        document: dict[str, object] = {"engines": [entry.to_dict() for entry in entries]}
        choice = {} if plan is None else {"auto": _pick(entries)}
        click.echo(json.dumps({**document, **choice}, indent=2, ensure_ascii=False))
    elif plan is None:
        _print(("engine", "installed", "version", "where, or how to install it"), map(_found, entries))
    else:
        _explain(entries, plan)


def _pick(entries: list[Entry]) -> str | None:
    """The engine that ``auto`` takes: the first that can."""
    return next((entry.name for entry in entries if entry.takes_plan), None)


def _explain(entries: list[Entry], plan: Plan) -> None:
    from ..plan.masking import public_dict
    from ..reports.words import load_in_words, plan_in_words

    public = public_dict(plan)
    click.echo(f"{plan_in_words(public)}\n{load_in_words(public)}\n")
    _print(("engine", "runs it", "remarks"), (cells for entry in entries for cells in _verdict(entry)))
    picked = _pick(entries)
    told = f"auto picks {picked}, the first of these that is here and carries out the whole plan"
    click.echo(f"\n{told if picked else 'no engine on this machine carries out this plan'}")


def _found(entry: Entry) -> Cells:
    from ..reports.figures import UNKNOWN

    found = entry.availability
    if found.available:
        return entry.name, "yes", found.version or UNKNOWN, found.path or UNKNOWN
    return entry.name, "no", UNKNOWN, "; ".join(filter(None, (found.reason, found.install)))


def _verdict(entry: Entry) -> Iterator[Cells]:
    """A row that says whether the engine runs the plan, continued by one row for each further remark."""
    from ..reports.figures import UNKNOWN

    words = {True: "yes", False: "no", None: UNKNOWN}
    remarks = [f"refused: {refusal}" for refusal in entry.refusals]
    if not entry.availability.available:
        remarks.insert(0, f"not installed: {entry.availability.reason}")
    if entry.support is not None:
        remarks += [f"left out: {refusal}" for refusal in entry.support.left_out]
        if entry.approximate:
            remarks += [f"approximated: {refusal}" for refusal in entry.support.approximated]
    runs = words[entry.carries_out] if entry.availability.available else "no"
    yield entry.name, runs, remarks[0] if remarks else ""
    for remark in remarks[1:]:
        yield "", "", remark


def _print(titles: Cells, rows: Iterator[Cells]) -> None:
    from rich.table import Table
    from rich.text import Text

    from ..reports.console import open_console
    from ..reports.text import printable

    table = Table(*titles, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for cells in rows:
        table.add_row(*(Text(printable(cell), overflow="fold") for cell in cells))
    open_console(sys.stdout).print(table)
