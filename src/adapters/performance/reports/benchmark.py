"""Benchmarks on a terminal: a table, how the values are distributed, the verdicts, and what to know before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..microbench.comparison import Compared
from ..microbench.result import BenchmarkResult
from . import figures
from .text import printable

_BARS = " ▁▂▃▄▅▆▇█"
_PLOT = 56
_NAME = 28
_STYLES = {"faster": "green", "slower": "red", "equivalent": "", "inconclusive": "yellow"}
_COLUMNS = ("median", "interval", "mean", "min", "p95", "CV", "per second")


def print_benchmarks(results: Sequence[BenchmarkResult], console: Console) -> None:
    """Print results, all of them on one scale."""
    good = [result for result in results if result.success]
    if good:
        console.print(Text(_how(good), style="dim"))
        console.print()
        console.print(_table(good))
        console.print()
        console.print(_distributions(good))
    for result in results:
        if result.failure is not None:
            told = Text.assemble(
                ("FAILED ", "bold red"), printable(f"{result.name}: {result.failure.sentence}")
            )
            console.print(told)
            for line in result.failure.traceback.splitlines():
                console.print(Text(f"  {printable(line)}", style="dim"))
    _print_warnings(good, console)


def print_compared(compared: Sequence[Compared], console: Console) -> None:
    """Print verdicts, one line each."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for one in compared:
        grid.add_row(Text(one.verdict, style=f"bold {_STYLES[one.verdict]}".strip()), printable(one.sentence))
        if one.drift is not None and one.ratio is not None:
            told = f"the interval includes {one.drift:.1%} for drift: they were not measured in turns"
            grid.add_row("", Text(told, style="dim"))
    console.print(grid)


def time_text(ms: float | None) -> str:
    """Milliseconds in the unit that fits, nanoseconds among them."""
    if ms is not None and 0 < ms < 0.0009995:
        return f"{ms * 1e6:.3g}ns"
    return figures.latency(ms)


def per_second(rate: float | None) -> str:
    """A number of calls per second."""
    if rate is None:
        return figures.UNKNOWN
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def histogram_line(values: Sequence[float], low: float, high: float, width: int = _PLOT) -> str:
    """How values lie between low and high, as little bars; what is beyond counts for the last bar on its side."""
    if high <= low:
        return _BARS[-1].ljust(width)
    places = np.clip(((np.asarray(values) - low) / (high - low) * width).astype(int), 0, width - 1)
    counts = np.bincount(places, minlength=width)
    levels = np.ceil(counts / counts.max() * (len(_BARS) - 1)).astype(int)
    return "".join(_BARS[level] for level in levels)


def _how(results: Sequence[BenchmarkResult]) -> str:
    """How the results of a session were measured."""
    if any(result.exploratory for result in results):
        return "times of a call, in this process only: exploratory"
    processes = sorted({result.processes for result in results})
    told = " to ".join(map(str, (processes if len(processes) == 1 else (processes[0], processes[-1]))))
    turns = ", which took turns" if len(results) > 1 else ""
    return f"times of a call, in {told} processes each{turns}; the interval is the median's"


def _table(results: Sequence[BenchmarkResult]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("benchmark", overflow="ellipsis", no_wrap=True, max_width=_NAME)
    for title in _COLUMNS:
        table.add_column(title, justify="right", no_wrap=True)
    for result in results:
        table.add_row(*(Text(cell) for cell in _cells(result)))
    return table


def _name(result: BenchmarkResult) -> str:
    """The name, or the end of a long one, which is what tells it from others."""
    name = printable(result.name)
    return name if len(name) <= _NAME else f"…{name[1 - _NAME :]}"


def _cells(result: BenchmarkResult) -> tuple[str, ...]:
    interval = result.interval
    told = f"{time_text(interval.low_ms)} to {time_text(interval.high_ms)}" if interval else figures.UNKNOWN
    return (
        _name(result),
        time_text(result.median_ms),
        told,
        time_text(result.avg_time),
        time_text(result.min_ms),
        time_text(result.p95_ms),
        figures.UNKNOWN if result.cv is None else f"{result.cv:.1%}",
        per_second(result.throughput),
    )


def _distributions(results: Sequence[BenchmarkResult]) -> Table:
    """A line of bars for each result, on the scale of the middle 98 % of all values."""
    pooled = np.concatenate([np.concatenate(result.values_ms) for result in results])
    low, high = (float(end) for end in np.quantile(pooled, [0.01, 0.99]))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, max_width=_NAME)
    grid.add_column(no_wrap=True)
    for result in results:
        values = [value for process in result.values_ms for value in process]
        line = Text(histogram_line(values, low, high), style="cyan")
        grid.add_row(Text(_name(result)), line)
    left, right = time_text(low), time_text(high)
    grid.add_row("", Text(left + right.rjust(_PLOT - len(left)), style="dim"))
    return grid


def _print_warnings(results: Sequence[BenchmarkResult], console: Console) -> None:
    lines = [f"{result.name}: {warning.message}" for result in results for warning in result.warnings]
    if lines:
        console.print()
        console.print(Text("Warnings", style="bold"))
    for line in lines:
        console.print(Padding(Text(printable(line), style="yellow"), (0, 0, 0, 2)))
