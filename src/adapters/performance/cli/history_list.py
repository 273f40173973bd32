"""The list of runs on a terminal: a line for each run or period, and the trends of those that are alike."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from statistics import median

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..history.runs import StoredRun
from ..history.trend import Series, series_of, sparkline
from ..reports import figures
from ..reports.text import cut, printable

_TITLES = ("id", "when", "what", "verdict", "requests", "rate", "p95", "errors")
_WHAT = 2
_SHORTEST = 10
_MOST_SERIES = 5
_PERIODS: dict[str, Callable[[datetime], str]] = {
    "week": lambda when: f"{when.isocalendar().year}-W{when.isocalendar().week:02}",
    "month": lambda when: f"{when:%Y-%m}",
    "year": lambda when: f"{when:%Y}",
}


def print_runs(runs: Sequence[StoredRun], console: Console) -> None:
    """Print runs, newest first; what they are called makes way for the rest."""
    rows = [_cells(run) for run in runs]
    taken = sum(max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)) + 2 * (len(_TITLES) - 1)
    taken -= max(len(row[_WHAT]) for row in rows)
    table = _table(*_TITLES[: _WHAT + 2], right=_TITLES[_WHAT + 2 :])
    for run, row in zip(runs, rows, strict=True):
        row[_WHAT] = cut(row[_WHAT], max(_SHORTEST, console.width - taken))
        _, style = verdict_of(run)
        table.add_row(*row[: _WHAT + 1], Text(row[_WHAT + 1], style=style), *row[_WHAT + 2 :])
    console.print(table)
    _print_lines([series for series in series_of(runs) if len(series.runs) > 1], console)


def print_periods(runs: Sequence[StoredRun], by: str, console: Console) -> None:
    """Print a line for each week, month or year, newest first: what its runs have in the middle."""
    periods: dict[str, list[StoredRun]] = defaultdict(list)
    for run in runs:
        periods[_PERIODS[by](run.started_at.astimezone())].append(run)
    table = _table(by, right=("runs", "passed", "requests", "median rate", "median p95"))
    for period, found in periods.items():
        table.add_row(
            period,
            figures.count(len(found)),
            figures.count(sum(run.success is True for run in found)),
            figures.count(sum(run.requests or 0 for run in found)),
            figures.rate(_middle([run.throughput_rps for run in found])),
            figures.latency(_middle([run.p95_ms for run in found])),
        )
    console.print(table)


def print_json(runs: Sequence[StoredRun]) -> None:
    """Print runs as JSON, an array of objects."""
    print(json.dumps([asdict(run) for run in runs], indent=2, ensure_ascii=False, default=_as_text))


def verdict_of(run: StoredRun) -> tuple[str, str]:
    """The verdict on a run in a word, and its style."""
    if run.stopped == "interrupted" or run.exit_code == 130:
        return "INTERRUPTED", "yellow"
    return {True: ("PASSED", "green"), False: ("FAILED", "red"), None: (figures.UNKNOWN, "dim")}[run.success]


def _print_lines(groups: Sequence[Series], console: Console) -> None:
    for series in groups[:_MOST_SERIES]:
        newest = series.newest
        head = f"{newest.title}, {newest.engine or newest.kind}: {len(series.runs)} runs, oldest first"
        console.print()
        console.print(Text(printable(cut(head, console.width)), style="dim"))
        for name, values, shown in (
            ("p95", [run.p95_ms for run in series.runs], figures.latency),
            ("throughput", [run.throughput_rps for run in series.runs], figures.rate),
        ):
            known = [value for value in values if value is not None]
            if len(known) > 1:
                console.print(f"  {name:<11}{sparkline(known)}  {shown(known[0])} → {shown(known[-1])}")


def _cells(run: StoredRun) -> list[str]:
    kind = "" if run.kind in ("run", run.title) else f"{run.kind}  "
    tags = f"  [{', '.join(run.tags)}]" if run.tags else ""
    return [
        run.id,
        f"{run.started_at.astimezone():%Y-%m-%d %H:%M}",
        printable(f"{kind}{run.title}{tags}"),
        verdict_of(run)[0],
        figures.count(run.requests),
        figures.rate(run.throughput_rps),
        figures.latency(run.p95_ms),
        figures.percent(run.error_rate),
    ]


def _table(*titles: str, right: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title, no_wrap=True)
    for title in right:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
