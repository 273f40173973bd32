"""Rows of a Python program in a private temporary file, JSON Lines, for as long as somebody holds them."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import PlanError


class Spool:
    """A file with every row of an iterable; it is removed with this object, or when Python ends."""

    def __init__(self, rows: Iterable[Any], columns: Sequence[str] | None = None) -> None:
        handle, name = tempfile.mkstemp(prefix="polyload-rows-", suffix=".jsonl")
        self.path = Path(name)
        self._remove = weakref.finalize(self, _remove, name, os.getpid())
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            try:
                for number, row in enumerate(_records(rows), start=1):
                    out.write(_line(number, row, columns))
            except BaseException:
                self._remove()
                raise


def _remove(name: str, made_by: int) -> None:
    if os.getpid() == made_by:  # a forked process holds a copy of this object, and not the file
        with contextlib.suppress(OSError):
            Path(name).unlink()


def _records(rows: Iterable[Any]) -> Iterator[Any]:
    """The rows of an iterable; those of a DataFrame, whose iterator gives its columns, as mappings."""
    if hasattr(rows, "iter_rows"):
        return iter(rows.iter_rows(named=True))
    if hasattr(rows, "itertuples"):
        names = [str(name) for name in rows.columns]  # type: ignore[attr-defined]
        return (dict(zip(names, values, strict=True)) for values in rows.itertuples(index=False, name=None))
    if isinstance(rows, str | bytes | Mapping):
        raise PlanError(f"the rows of a feed are a list or any iterable, not a {type(rows).__name__}")
    return iter(rows)


def _line(number: int, row: Any, columns: Sequence[str] | None) -> str:
    if columns is not None and not isinstance(row, Mapping):
        values = tuple(row)
        if len(values) != len(columns):
            raise PlanError(
                f"row {number} of a feed: {len(values)} values, and there are {len(columns)} columns"
            )
        row = dict(zip(columns, values, strict=True))
    if not isinstance(row, Mapping):
        hint = "columns=(…) names the values of rows that are sequences" if columns is None else None
        raise PlanError(f"row {number} of a feed is no mapping but a {type(row).__name__}", hint=hint)
    try:
        return json.dumps({str(name): _plain(value) for name, value in row.items()}) + "\n"
    except (TypeError, ValueError):
        raise PlanError(f"row {number} of a feed, column {_culprit(row)!r}: {_HINT}") from None


_HINT = "a value that JSON does not have; make it a text, a number, a list or a mapping of those"


def _plain(value: Any) -> Any:
    """Dates as ISO 8601, and scalars of numpy as Python's."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return value.item()
    return value


def _culprit(row: Mapping[Any, Any]) -> str:
    for name, value in row.items():
        try:
            json.dumps(_plain(value))
        except (TypeError, ValueError):
            return str(name)
    return "?"
