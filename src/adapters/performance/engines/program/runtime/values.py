"""Values: where they are found in others, how they are shown, and when two are the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .session import MISSING

_FALSE = ("", "0", "false", "no", "off", "null", "none")

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def shown(value: Any) -> str:
    """A value as text: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json_text(value)


def json_text(value: Any) -> str:
    """A value as JSON."""
    return str(value) if type(value) is int else as_json(value)


def at_path(value: Any, path: Sequence[str | int]) -> Any:
    """The value at a path of names and indexes, or MISSING."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key, MISSING)
        elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return MISSING
    return value


def same(a: Any, b: Any) -> bool:
    """Equal, where a text and a number that is written so are the same."""
    return a == b if type(a) is type(b) else shown(a) == shown(b)


def equal_json(a: Any, b: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true are not, at any depth."""
    if isinstance(a, dict):
        return (
            isinstance(b, dict)
            and len(a) == len(b)
            and all(key in b and equal_json(item, b[key]) for key, item in a.items())
        )
    if isinstance(a, list):
        return (
            isinstance(b, list)
            and len(a) == len(b)
            and all(equal_json(one, other) for one, other in zip(a, b, strict=True))
        )
    return a is b if isinstance(a, bool) or isinstance(b, bool) else bool(a == b)


def less(a: Any, b: Any) -> bool:
    """Less, of two numbers, or of two texts by their code points; others are not."""
    if isinstance(a, str) and isinstance(b, str):
        return a < b
    return is_number(a) and is_number(b) and bool(a < b)


def is_number(value: Any) -> bool:
    """Whether a value is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def truthy(value: Any) -> bool:
    """Neither missing nor empty nor one of the usual words for no."""
    return value.strip().lower() not in _FALSE if isinstance(value, str) else bool(value)
