"""A result on a terminal: the verdict first, then the figures, in at most 100 columns."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from ..metrics.result import RunResult
from .facts import Fact, Tone, about, headline, statuses, totals, warnings
from .grid import Table
from .tables import tables
from .text import printable

WIDTH = 100
_MOST_ROWS = 50
_LABEL = 11
_STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "warn": "yellow", "plain": ""}


def open_console(stream: TextIO) -> Console:
    """A console that writes to a stream: colours only on a terminal and unless NO_COLOR is set, 100 columns at most."""
    console = Console(file=stream, highlight=False, emoji=False, markup=False)
    console.width = min(console.width, WIDTH) if stream.isatty() else WIDTH
    return console


def print_result(result: RunResult, console: Console) -> None:
    """Print a result."""
    verdict = headline(result)
    line = Text.assemble((verdict.word, f"bold {_STYLES[verdict.tone]}"), "  ", verdict.sentence)
    console.print(line)
    console.print()
    console.print(_facts(about(result)))
    console.print()
    console.print(_totals(result))
    console.print(_facts([Fact("statuses", statuses(result.summary))]))
    for table in tables(result, most_rows=_MOST_ROWS):
        print_table(table, console)
    print_warnings(warnings(result), console)


def print_headline(word: str, sentence: str, tone: Tone, console: Console) -> None:
    """Print a verdict in a word, and the sentence that explains it."""
    console.print(Text.assemble((word, f"bold {_STYLES[tone]}"), "  ", printable(sentence)))


def print_facts(facts: Iterable[Fact], console: Console) -> None:
    """Print labelled figures, a line each, after an empty one."""
    console.print()
    console.print(_facts(facts))


def print_table(table: Table, console: Console) -> None:
    """Print a table with its title, after an empty line."""
    console.print()
    console.print(Text(table.title, style="bold"))
    console.print(Padding(_grid(table), (0, 0, 0, 2)))
    if table.note:
        console.print(Text(f"  {table.note}", style="dim"))


def _facts(facts: Iterable[Fact]) -> Grid:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True, min_width=_LABEL)
    grid.add_column(overflow="fold")
    for fact in facts:
        grid.add_row(*_pair(fact))
    return grid


def _totals(result: RunResult) -> Grid:
    """The totals in two columns side by side."""
    facts = totals(result)
    half = (len(facts) + 1) // 2
    grid = Grid.grid(padding=(0, 2, 0, 0))
    for style in ("dim", "", "dim", ""):
        grid.add_column(style=style, no_wrap=True, min_width=_LABEL)
    for left, right in zip_longest(facts[:half], facts[half:]):
        grid.add_row(*_pair(left), *(_pair(right) if right else ()))
    return grid


def _pair(fact: Fact) -> tuple[str, Text]:
    return fact.label, Text(fact.text, style=_STYLES[fact.tone])


def _grid(table: Table) -> Grid:
    grid = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
    for column in table.columns:
        justify = "left" if column.is_text else "right"
        grid.add_column(column.title, justify=justify, overflow="fold", no_wrap=not column.is_text)  # type: ignore[arg-type]
    for row in table.rows:
        grid.add_row(*(Text(cell, style=_STYLES[row.tone]) for cell in row.cells))
    return grid


def print_warnings(facts: list[Fact], console: Console) -> None:
    """Print what must be known before trusting the figures, if anything."""
    if not facts:
        return
    console.print()
    console.print(Text("Warnings", style="bold"))
    console.print(Padding(_facts(facts), (0, 0, 0, 2)))
