"""Trends on a terminal: a line for each figure, and one for each change point."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ..history.runs import StoredRun
from ..history.trend import Series, Trend, series_of, sparkline, trend
from ..reports import figures
from ..reports.text import cut, printable

_WIDTH = 48


def print_trends(
    runs: Sequence[StoredRun], names: Sequence[str], min_change: float, console: Console
) -> None:
    """Print the figures of every series of two runs or more, the one with the newest run first."""
    found = series_of(runs)
    shown = [series for series in found if len(series.runs) > 1]
    for number, series in enumerate(shown):
        if number:
            console.print()
        _print_series(series, names, min_change, console)
    single = len(found) - len(shown)
    if single:
        console.print()
        console.print(Text(f"{single} more: measured once, which is no trend", style="dim"))
    if not found:
        console.print("no run was measured to its end")


def _print_series(series: Series, names: Sequence[str], min_change: float, console: Console) -> None:
    newest = series.newest
    head = f"{newest.title}  {newest.engine or newest.kind}, {newest.hardware or 'unknown processors'}"
    console.print(Text(printable(cut(head, console.width)), style="bold"))
    oldest = f"{series.runs[0].started_at.astimezone():%Y-%m-%d}"
    latest = f"{newest.started_at.astimezone():%Y-%m-%d}"
    console.print(Text(f"{len(series.runs)} runs, {oldest} to {latest}", style="dim"))
    for name in names:
        _print_trend(trend(series, name, min_change=min_change), console)


def _print_trend(found: Trend, console: Console) -> None:
    if not found.values:
        console.print(f"  {found.figure:<11}not measured")
        return
    first, last = _shown(found, found.values[0]), _shown(found, found.values[-1])
    console.print(f"  {found.figure:<11}{sparkline(found.values, _WIDTH)}  {first} → {last}")
    if found.changes is None:
        console.print(Text(f"  {'':<11}no verdict: {found.reason}", style="dim"))
        return
    if not found.changes.points:
        console.print(Text(f"  {'':<11}no change point", style="dim"))
    for point in found.changes.points:
        run = found.runs[point.index]
        better = (point.after < point.before) == (found.better == "less")
        share = "" if point.change is None else f" ({100 * point.change:+.1f}%)"
        commit = f", at {run.git_commit[:8]}" if run.git_commit else ""
        line = (
            f"since {run.id}, {run.started_at.astimezone():%Y-%m-%d}{commit}: "
            f"{_shown(found, point.before)} → {_shown(found, point.after)}{share}, p={point.p:.2g}"
        )
        word, style = ("better", "green") if better else ("worse", "red")
        console.print(Text.assemble(f"  {'':<11}", (word, style), f" {line}"))
    if found.changes.autocorrelated:
        note = "neighbouring runs are more alike than chance allows: there may be fewer changes than these"
        console.print(Text(f"  {'':<11}{note}", style="yellow"))


def _shown(found: Trend, value: float) -> str:
    if found.unit == "ms":
        return figures.latency(value)
    return figures.rate(value) if found.unit == "/s" else figures.percent(value)
