"""Values of a collection, taken for what they should be, or for nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def enabled(given: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings in a list that are not switched off."""
    for one in given if isinstance(given, list) else []:
        if isinstance(one, Mapping) and one.get("disabled") is not True:
            yield one


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value, when it is a mapping; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_text(value: Any) -> str:
    """A value as a text: what is none of a text, a number or a boolean is nothing."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return value if isinstance(value, str) else ""
