"""Values of a file that anybody may have written, taken for what they should be, or for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, when it is a mapping; else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value, when it is a list; else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value, when it is a text; else an empty one."""
    return value if isinstance(value, str) else ""


def whole(value: float) -> float:
    """A number as an int, where it is a whole one."""
    return int(value) if value == int(value) else value


def number(value: Any) -> float | None:
    """The value as a float, when it is a number; else None."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
