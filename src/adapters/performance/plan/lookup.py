"""What a name in a template means: one set of rules for all who ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

COUNTERS = ("iteration", "user")
Kind = Literal["env", "faker", "row", "counter", "var"]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a plan gives: its feeds, and the one that ``${data.column}`` stands for, if any."""

    feeds: frozenset[str] = frozenset()
    data: str | None = None

    def meaning(self, path: tuple[str, ...]) -> tuple[Kind, tuple[str, ...]]:
        """The kind of a value and where it is among its kind: a row as (feed, column, …), a variable as (name, …)."""
        first, rest = path[0], path[1:]
        match first:
            case "env" if rest:
                return "env", rest
            case "csv" if len(rest) > 1 and rest[0] in self.feeds:
                return "row", rest
            case "var" if rest:
                return "var", rest
        if first in self.feeds and rest:
            return "row", path
        if first == "data" and self.data is not None and rest:
            return "row", (self.data, *rest)
        if first == "faker" and rest:
            return "faker", rest
        return ("counter" if path in [(counter,) for counter in COUNTERS] else "var"), path
