"""A table as every report for people shows it, each in its own way: a title, columns, and rows of text cells."""

from __future__ import annotations

from dataclasses import dataclass

from . import figures
from .facts import Tone


@dataclass(frozen=True, slots=True)
class Column:
    """A column; figures stand on its right, texts on its left."""

    title: str
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and whether it is good or bad news."""

    cells: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; ``left_out`` rows did not fit."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: int = 0

    @property
    def note(self) -> str | None:
        """Where the rows are that did not fit."""
        return f"and {figures.count(self.left_out)} more, in the JSON result" if self.left_out else None
