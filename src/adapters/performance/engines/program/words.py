"""What checks ask for, in words: the names that they have in results."""

from __future__ import annotations

import json
from typing import Any

_WORDS = {
    "contains": "contains",
    "not_contains": "does not contain",
    "equals": "equals",
    "not_equals": "does not equal",
    "matches": "matches",
    "in": "is one of",
    "more_than": "is more than",
    "at_least": "is at least",
    "less_than": "is less than",
    "at_most": "is at most",
    "length": "has the length",
}
_LONGEST = 60


def in_words(op: str, value: Any) -> str:
    """What a test asks of a value."""
    match op:
        case "type":
            return f"is a {value}"
        case "schema":
            return "follows its schema"
    return f"{_WORDS[op]} {shown(value)}"


def shown(value: object) -> str:
    """A value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "…"
