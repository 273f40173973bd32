"""The columns of a feed, and those that placeholders ask for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from ....errors import PlanError

_MOST_KNOWN = 1000
_MOST_SHOWN = 12


def used_columns(compiled: Any) -> dict[str, dict[str, bool]]:
    """For each feed the columns that texts of a program ask for, and whether one must have a value."""
    used: dict[str, dict[str, bool]] = {}
    for part in _objects(compiled):
        if "row" in part and "enc" in part:
            feed, column = part["row"]
            columns = used.setdefault(feed, {})
            columns[column] = columns.get(column, False) or part["default"] is None
    return used


class Columns:
    """The columns of one feed, checked against those that are used; ``where`` begins what is said of it."""

    def __init__(self, name: str, used: dict[str, bool], where: str) -> None:
        self._name = name
        self._where = where
        self._used = used
        self._needed = frozenset(column for column, needed in used.items() if needed)
        self._known: dict[str, None] = {}
        self._lacking: tuple[str, str] | None = None

    def named(self, columns: Iterable[str]) -> None:
        """Every row has these, and only these."""
        self._known = dict.fromkeys(columns)
        self.finish()

    def check(self, row: dict[str, Any], word: str, number: int) -> dict[str, Any]:
        """Notes what a row has, and what it lacks; it stands in that line, or is that row."""
        if not self._needed <= row.keys() and self._lacking is None:
            self._lacking = min(self._needed - row.keys()), f"{word} {number}"
        if len(self._known) < _MOST_KNOWN:
            self._known.update(dict.fromkeys(row))
        return row

    def finish(self) -> None:
        """Raises PlanError when a placeholder asks for what no row has, or some row does not."""
        for column in self._used:
            if column not in self._known:
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
        near = difflib.get_close_matches(column, self._known, n=1)
        if near:
            return f"did you mean {near[0]!r}?"
        shown = list(self._known)[:_MOST_SHOWN]
        more = len(self._known) - len(shown)
        return f"its columns: {', '.join(shown)}" + (f" and {more} more" if more else "")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case dict():
            yield value
            for item in value.values():
                yield from _objects(item)
        case list():
            for item in value:
                yield from _objects(item)
