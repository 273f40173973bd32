"""Values: where they are found in others, how they are shown, and when two are the same."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from math import inf
from typing import Any

from .session import MISSING

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_FALSE = ("", "0", "false", "no", "off", "null", "none")

_INDEX = re.compile(r"-?\d{1,9}", re.ASCII)

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def shown(value: Any) -> str:
    """A value as text: strings as they are, everything else as JSON."""
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else as_json(value)


def json_text(value: Any) -> str:
    """A value as JSON."""
    return str(value) if type(value) is int else as_json(value)


def at_path(value: Any, path: Sequence[str | int]) -> Any:
    """The value at a path of names and indexes, or MISSING; an index may be a text."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key, MISSING)
        elif isinstance(value, list | tuple):
            index = key if isinstance(key, int) else _index(key)
            if index is None or not -len(value) <= index < len(value):
                return MISSING
            value = value[index]
        else:
            return MISSING
    return value


def _index(text: str) -> int | None:
    return int(text) if _INDEX.fullmatch(text) else None


def same(a: Any, b: Any) -> bool:
    """Equal, where a text and a number that is written so are the same."""
    return a == b if type(a) is type(b) else shown(a) == shown(b)


def equal_json(a: Any, b: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true are not, at any depth."""
    if type(a) is str:
        return bool(a == b)
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


def number_of(value: Any) -> float | None:
    """A number, or what a text says that is written as JSON writes numbers; None when it is neither."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
