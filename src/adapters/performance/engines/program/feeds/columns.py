"""The columns of a feed, and those that placeholders ask for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ....errors import PlanError

_MOST_KNOWN = 1000
_MOST_SHOWN = 12


def used_columns(compiled: Any) -> dict[str, dict[str, bool]]:
    """For each feed the columns that texts of a program ask for, and whether one must have a value."""
    used: dict[str, dict[str, bool]] = {}
    for part in _objects(compiled):
        if "row" in part and "enc" in part:
            feed, column = part["row"][0], ".".join([part["row"][1], *part.get("path", ())])
            columns = used.setdefault(feed, {})
            columns[column] = columns.get(column, False) or part["default"] is None
    return used


class Columns:
    """The columns of one feed, checked against those that are used; ``where`` begins what is said of it."""

    def __init__(self, name: str, used: dict[str, bool], where: str) -> None:
        self._name = name
        self._where = where
        self._used = used
        self._needed = [column for column, needed in used.items() if needed]
        self.known: dict[str, None] = {}
        self._flat = False
        self._lacking: tuple[str, str] | None = None

    def named(self, columns: Iterable[str]) -> None:
        """Every row has these, and only these."""
        self.known = dict.fromkeys(columns)
        self._flat = True
        self.finish()

    def check(self, row: dict[str, Any], word: str, number: int) -> dict[str, Any]:
        """Notes what a row has, and what it lacks; it stands in that line, or is that row."""
        if self._lacking is None:
            for column in self._needed:
                if not _has(row, column):
                    self._lacking = column, f"{word} {number}"
        if len(self.known) < _MOST_KNOWN:
            self.known.update(dict.fromkeys(row))
        return row

    def finish(self) -> None:
        """Raises PlanError when a placeholder asks for what no row has, or some row does not."""
        for column in self._used:
            if column not in self.known and (self._flat or not _has(self.known, column)):
                raise PlanError(
                    f"{self._where}: has no column {column!r}, which ${{{self._name}.{column}}} asks for",
                    hint=self._hint(column),
                )
        if self._lacking is not None:
            column, place = self._lacking
            raise PlanError(
                f"{self._where}, {place}: has no {column!r}, which ${{{self._name}.{column}}} asks for",
                hint=f"${{{self._name}.{column}:-something}} gives such rows a value",
            )

    def _hint(self, column: str) -> str:
        near = difflib.get_close_matches(column, self.known, n=1)
        if near:
            return f"did you mean {near[0]!r}?"
        shown = list(self.known)[:_MOST_SHOWN]
        more = len(self.known) - len(shown)
        return f"its columns: {', '.join(shown)}" + (f" and {more} more" if more else "")


def _has(known: Mapping[str, Any], column: str) -> bool:
    """Whether there is such a column, or one by the first of its names, which then has more inside."""
    return column in known or column.partition(".")[0] in known


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case dict():
            yield value
            for item in value.values():
                yield from _objects(item)
        case list():
            for item in value:
                yield from _objects(item)
