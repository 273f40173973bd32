"""The rows of a query of an SQLite file, which is only read, written out before the run."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote

from ....errors import PlanError
from .columns import Columns
from .json_rows import write_rows
from .source import Source

_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_FETCHED = 1000


def lay_out_query(source: Source, columns: Columns) -> dict[str, Any]:
    """The rows of a feed's query as JSON Lines."""
    try:
        return write_rows(source, columns, _rows(source), "row")
    except (sqlite3.Error, sqlite3.Warning) as error:
        undecodable = re.match("Could not decode to UTF-8 column '(.*?)' with text", str(error))
        said = f"column {undecodable[1]!r} holds text that is not UTF-8" if undecodable else error
        raise PlanError(f"{source.where}, query: {said}") from None


def _rows(source: Source) -> Iterator[tuple[int, dict[str, Any]]]:
    address = f"file:{quote(str(source.given.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.set_authorizer(_only_reading)
        cursor = connection.execute(source.feed.query or "")
        if cursor.description is None:
            raise PlanError(f"{source.where}, query: gives no rows; it is to be a SELECT")
        names = [str(column[0]) for column in cursor.description]
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise PlanError(
                f"{source.where}, query: gives two columns {twice!r}", hint="name one of them with AS"
            )
        number = 0
        while rows := cursor.fetchmany(_FETCHED):
            for row in rows:
                number += 1
                yield number, _named(source, number, names, row)


def _named(source: Source, number: int, names: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    for name, value in zip(names, values, strict=True):
        if isinstance(value, bytes):
            raise PlanError(
                f"{source.where}, query: row {number}, column {name!r}: bytes (a BLOB), not text or a number",
                hint=f"select hex({name}) AS {name}, or cast it AS TEXT",
            )
    return dict(zip(names, values, strict=True))


def _only_reading(action: int, first: str | None, second: str | None, *_: object) -> int:
    del first
    if action not in _READING or second == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
