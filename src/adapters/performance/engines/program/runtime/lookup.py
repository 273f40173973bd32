"""Where the value of a placeholder comes from: variables, rows, counters, pools and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .calls import compile_call
from .chance import below
from .session import MISSING, Session
from .values import at_path

Value = Callable[[Session], Any]


def look_up(part: dict[str, Any]) -> Value:
    """The value of a placeholder, or MISSING, as a function of the session."""
    if "var" in part:
        return _variable(part["var"], part["path"])
    if "row" in part:
        feed, column = part["row"]
        return _column(feed, column, part["path"])
    if "counter" in part:
        attribute = part["counter"]
        return lambda session: session.variables.get(attribute, getattr(session, attribute))
    if "pool" in part:
        return _drawn(part["pool"])
    return compile_call(part["call"], part["args"])


def _variable(name: str, path: list[str]) -> Value:
    if not path:
        return lambda session: session.variables.get(name, MISSING)
    return lambda session: at_path(session.variables.get(name, MISSING), path)


def _column(feed: str, column: str, path: list[str]) -> Value:
    """A column may be called by all the names that follow the feed's, or hold what they lead to."""
    if not path:
        return lambda session: session.rows.get(feed, {}).get(column, MISSING)
    whole, keys = ".".join([column, *path]), [column, *path]

    def look(session: Session) -> Any:
        row = session.rows.get(feed, {})
        return row[whole] if whole in row else at_path(row, keys)

    return look


def _drawn(pool: str) -> Value:
    def draw(session: Session) -> Any:
        values = session.pools[pool]
        return values[below(session.random, len(values))]

    return draw
