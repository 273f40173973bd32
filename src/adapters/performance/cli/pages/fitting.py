"""Pages stay small whatever a result holds: long texts are cut, and rows beyond the most are counted, not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from ...reports import figures
from ...reports.facts import Fact
from ...reports.grid import Row, Table
from ...reports.page.model import Block, Cell, Facts, Grid, Listing, Paragraph, Spreads
from ...reports.text import cut

T = TypeVar("T")

MOST_POINTS = 240
LONGEST_TITLE = 120
LONGEST_SENTENCE = 600
_LONGEST_LABEL = 60
_LONGEST_CELL = 240
_MOST_ROWS = 150
_MOST_FACTS = 60
_MOST_LISTED = 300
_MOST_DRAWN = 50


def fitting(block: Block) -> Block:
    """A block whose texts and rows fit."""
    if isinstance(block, Facts):
        return replace(block, facts=facts(block.facts), title=cut(block.title, LONGEST_TITLE))
    if isinstance(block, Paragraph):
        return replace(block, text=cut(block.text, LONGEST_SENTENCE))
    if isinstance(block, Grid):
        return replace(block, table=_table(block.table))
    if isinstance(block, Listing):
        rows = [[_cell(cell) for cell in row] for row in block.rows[:_MOST_LISTED]]
        return replace(block, rows=rows, note=_noted(block.note, len(block.rows) - len(rows)))
    if isinstance(block, Spreads):
        drawn = block.rows[:_MOST_DRAWN]
        return replace(block, rows=drawn, note=_noted(block.note, len(block.rows) - len(drawn)))
    return block


def facts(given: Sequence[Fact]) -> list[Fact]:
    """Facts that fit; the last one says how many more there are."""
    kept = [
        replace(fact, label=cut(fact.label, _LONGEST_LABEL), text=cut(fact.text, LONGEST_SENTENCE))
        for fact in given[:_MOST_FACTS]
    ]
    left_out = len(given) - len(kept)
    return [
        *kept,
        *([Fact("and more", f"{figures.count(left_out)}, in the JSON result")] if left_out else []),
    ]


def thinned(items: Sequence[T]) -> Sequence[T]:
    """As many of these, in their order and evenly chosen, as are drawn; the last one always."""
    step = -(-len(items) // MOST_POINTS)
    return items if step <= 1 else list(reversed(items[::-1][::step]))


def thinning_note(items: Sequence[object], noun: str) -> str | None:
    """How many of these are drawn, None if all are."""
    step = -(-len(items) // MOST_POINTS)
    return None if step <= 1 else f"One {noun} in {step} is drawn."


def _noted(note: str | None, left_out: int) -> str | None:
    more = f"And {figures.count(left_out)} more, in the JSON result." if left_out > 0 else None
    return " ".join(filter(None, (note, more))) or None


def _table(table: Table) -> Table:
    rows = tuple(
        Row(tuple(cut(cell, _LONGEST_CELL) for cell in row.cells), row.tone)
        for row in table.rows[:_MOST_ROWS]
    )
    columns = tuple(replace(column, title=cut(column.title, _LONGEST_LABEL)) for column in table.columns)
    left_out = table.left_out + len(table.rows) - len(rows)
    return Table(cut(table.title, LONGEST_TITLE), columns, rows, left_out)


def _cell(cell: Cell) -> Cell:
    return replace(cell, text=cut(cell.text, _LONGEST_CELL))
