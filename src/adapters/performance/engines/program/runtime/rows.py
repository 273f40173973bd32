"""Rows of data feeds: those in the program, or in a file that is mapped into memory and read as they are drawn."""

from __future__ import annotations

import csv
import json
import mmap
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

Row = dict[str, Any]


class Rows(Protocol):
    """Rows by their numbers."""

    def __getitem__(self, number: int, /) -> Row:
        """One row."""


def feed_rows(feed: dict[str, Any]) -> Rows:
    """The rows of a program's feed, in the order in which they are drawn."""
    return StoredRows(feed["store"]) if "store" in feed else feed["rows"]


class StoredRows:
    """Rows in a file, found by its index; nothing of it is held but what the system keeps in its cache."""

    def __init__(self, store: dict[str, Any]) -> None:
        self.text = _mapped(store["file"], store["bytes"])
        self._starts = memoryview(_mapped(store["index"])).cast("Q")
        self._order: Any = None
        if "order" in store:
            order = memoryview(_mapped(store["order"]))
            self._order = order.cast("I" if len(order) == 4 * (len(self._starts) - 1) else "Q")
        self._row = _csv_row(store) if store["columns"] else json.loads

    @property
    def bounds(self) -> tuple[int, int]:
        """Where the first row of the file begins, and where the last one ends."""
        return self._starts[0], self._starts[-1]

    def line(self, number: int) -> bytes:
        """The text of a row, which may have line breaks inside quotes and at its end."""
        if self._order is not None:
            number = self._order[number]
        starts = self._starts
        return self.text[starts[number] : starts[number + 1]]

    def __getitem__(self, number: int, /) -> Row:
        """One row."""
        return self._row(self.line(number))


def _csv_row(store: dict[str, Any]) -> Callable[[bytes], Row]:
    columns, delimiter, quote = store["columns"], store["delimiter"], store["quote"]
    mark = (quote or "").encode()
    how: dict[str, Any] = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}

    def row(line: bytes) -> Row:
        text = line.decode().rstrip("\r\n")
        if mark and mark in line:
            values = next(csv.reader((text,), delimiter=delimiter, **how))
        else:
            values = text.split(delimiter)
        return dict(zip(columns, values, strict=True))

    return row


def _mapped(path: str, size: int | None = None) -> mmap.mmap:
    with Path(path).open("rb") as file:
        if size is not None and os.fstat(file.fileno()).st_size != size:
            raise RuntimeError(f"{path} has changed since the run began")
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
