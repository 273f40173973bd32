"""Rows as CSV by RFC 4180: what is not known is an empty cell, and no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from .text import printable

Cell = str | float | int | None
_FORMULA = ("=", "+", "-", "@")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The header and the rows; lines end as the RFC says, with CR and LF."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return stream.getvalue()


def _written(cell: Cell) -> str:
    """A text that a spreadsheet would calculate begins with an apostrophe, which shows it as it is (OWASP)."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    text = printable(cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
