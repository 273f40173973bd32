"""A suite on the command line: a line of progress for each test, a table, one verdict."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..metrics.window import Window
from ..reports import figures
from ..reports.text import printable
from ..workflows.entry import Entry
from ..workflows.suite import EntryResult, SuiteListener, SuiteResult
from .meter import Meter
from .progress import line

_EVERY_S = 5.0
FIGURES = ("requests", "rate", "failed", "p50", "p95")


def listener(stream: TextIO, entries: Mapping[str, Entry], *, quiet: bool, progress: bool) -> SuiteListener:
    """What tells how a suite goes on: each test's beginning and end, and a line now and then in between."""
    if quiet or not progress:
        return SuiteListener()
    width = max(map(len, entries), default=0)
    meters: dict[str, Meter] = {}
    told: dict[str, float] = {}

    def say(name: str, text: str) -> None:
        print(printable(f"{name:<{width}}  {text}"), file=stream, flush=True)

    def start(name: str) -> None:
        meters[name], told[name] = Meter(entries[name].plan), perf_counter()
        say(name, "started")

    def window(name: str, second: Window) -> None:
        meters[name].add(second)
        if perf_counter() - told[name] >= _EVERY_S:
            told[name] = perf_counter()
            say(name, line(meters[name], meters[name].take()))

    def end(entry: EntryResult) -> None:
        say(entry.name, f"{_word(entry)}  {_why(entry)}".rstrip())

    return SuiteListener(start, window, end)


def print_suite(result: SuiteResult, console: Console) -> None:
    """Print the results of a suite: the verdict, then a row for each test."""
    word, style = ("PASSED", "bold green") if result.overall_passed else ("FAILED", "bold red")
    how = f"in {result.mode}, {figures.duration(result.duration_s)}"
    console.print(Text.assemble((word, style), f"  {counts(result)}, {how}"))
    console.print()
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("test")
    table.add_column("verdict", no_wrap=True)
    for title in FIGURES:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for entry in result.entries:
        table.add_row(*_cells(entry))
    console.print(table)
    for warning in result.warnings:
        console.print(Text(printable(f"{warning.code}: {warning.message}"), style="yellow"))


def counts(result: SuiteResult) -> str:
    """How many tests passed."""
    passed = sum(entry.passed for entry in result.entries)
    return f"{passed} of {len(result.entries)} tests passed"


def _cells(entry: EntryResult) -> tuple[Text, ...]:
    name, verdict, *told = entry_cells(entry)
    return (Text(name), Text(verdict, style="green" if entry.passed else "red"), *map(Text, told))


def entry_cells(entry: EntryResult) -> tuple[str, ...]:
    """A test as the cells of a row: its name, the verdict, the figures, and why it did not pass."""
    name, why = printable(entry.name), printable(_why(entry))
    if entry.result is None:
        return (name, _word(entry), *[figures.UNKNOWN] * len(FIGURES), why)
    summary = entry.result.summary
    told = (
        figures.count(summary.requests),
        figures.rate(summary.throughput_rps),
        figures.percent(summary.error_rate),
        figures.latency(summary.latency_ms.p50),
        figures.latency(summary.latency_ms.p95),
    )
    return (name, _word(entry), *told, why)


def _word(entry: EntryResult) -> str:
    if entry.passed:
        return "passed"
    if entry.exit_code == 130:
        return "interrupted"
    return "failed" if entry.result is not None else "broke"


def _why(entry: EntryResult) -> str:
    if entry.error is not None:
        return entry.error.partition("\n")[0]
    return (entry.result.reason if entry.result is not None else None) or ""
