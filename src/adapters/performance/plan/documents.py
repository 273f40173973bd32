"""JSON and YAML as data, whoever wrote it: within bounds of depth and size, each complaint with line and column."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 100
"""How deep lists and mappings may be nested."""
MAX_CONTAINERS = 8_000_000
MAX_VALUES = 20_000_000
"""How many lists and mappings, and commas, a JSON text may hold: each costs some sixty bytes of memory."""

_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotData(ValueError):
    """A text that is not what it should be; the message says where and what."""


def json_data(text: str) -> Any:
    """What a JSON text says; NotData for what is none, or is nested or large beyond all measure.

    A number too large for a float is refused, and half a surrogate pair becomes U+FFFD: neither could be sent.
    """
    if text.count("{") + text.count("[") > MAX_CONTAINERS or text.count(",") > MAX_VALUES:
        raise NotData(f"too large: more than {MAX_CONTAINERS:,} lists and mappings, or {MAX_VALUES:,} values")
    try:
        data = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise NotData(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise NotData(_TOO_DEEP) from None
    except ValueError as error:  # an integer of thousands of digits
        raise NotData(f"not usable JSON: {error}") from None
    _check(data)
    return _whole(data) if _LONE_SURROGATE.search(text) else data


_TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"


def _no_number(name: str) -> NoReturn:
    raise NotData(f"not JSON: {name} is no number of JSON")


def _check(data: Any) -> None:
    """NotData for a value nested too deeply, and for a float that has become infinite."""
    level, depth = [data], 0
    while level:
        inside: list[Any] = []
        for value in level:
            kind = type(value)
            if kind is dict:
                inside.extend(value.values())
            elif kind is list:
                inside.extend(value)
            elif kind is float and not math.isfinite(value):
                raise NotData("not usable JSON: a number is too large")
        depth += any(type(value) is not float for value in level)
        if depth > MAX_DEPTH:
            raise NotData(_TOO_DEEP)
        level = [value for value in inside if type(value) in (dict, list, float)]


def _whole(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_whole(key): _whole(item) for key, item in value.items()}
        case list():
            return [_whole(item) for item in value]
    return value
