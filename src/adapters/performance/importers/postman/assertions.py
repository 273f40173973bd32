"""What a test script asserts of an answer, as a check of a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_TYPES_WORDS = "string number boolean array object null"
_TYPES = frozenset(_TYPES_WORDS.split())
UNKNOWN = object()
"""What is compared with something that is no constant."""
_EQUAL = ("equal", "equals", "eql", "eq", "true", "false", "null")
_INCLUDE = ("include", "includes", "contain")


@dataclass(frozen=True)
class Value:
    """Something of the answer: its ``kind``, and the path in its JSON or the name of the header or cookie."""

    kind: str
    path: tuple[str | int, ...] = ()


def assertion(value: Value, word: str, constant: Any) -> dict[str, Any] | None:
    """The check that chai's ``word`` with a constant, or UNKNOWN, makes of a value; None when there is none."""
    equal = word in _EQUAL and constant is not UNKNOWN
    name = value.path[0] if value.path else ""
    match value.kind:
        case "answer":
            return _of_answer(word, constant)
        case "status" if equal or (word == "oneOf" and constant is not UNKNOWN):
            return _status(constant)
        case "time" if word in ("below", "lessThan", "lt") and type(constant) is int and constant > 0:
            return {"time_under": f"{constant}ms"}
        case "text" if word in (*_INCLUDE, "string") and isinstance(constant, str):
            return {"body": {"contains": constant}}
        case "header" if equal and isinstance(constant, str):
            return {"header": name, "equals": constant}
        case "header" if word in _INCLUDE and isinstance(constant, str):
            return {"header": name, "contains": constant}
        case "json" if equal:
            return {"json": json_path(value.path), "equals": constant}
        case "json" if word in ("a", "an") and isinstance(constant, str) and constant in _TYPES:
            return {"json": json_path(value.path), "type": constant}
        case "json" if word == "exist":
            return {"json": json_path(value.path)}
    return None


def _of_answer(word: str, constant: Any) -> dict[str, Any] | None:
    match word:
        case "status":
            return _status(constant)
        case "ok" | "success":
            return {"status": 200 if word == "ok" else "2xx"}
        case "header" if isinstance(constant, str):
            return {"header": constant}
        case "json":
            return {"json": "$"}
        case "body" if isinstance(constant, str):
            return {"body": {"equals": constant}}
    return None


def _status(value: Any) -> dict[str, Any] | None:
    several = value if isinstance(value, list) and value else [value]
    if not all(type(one) is int and 100 <= one <= 599 for one in several):
        return None
    return {"status": several if len(several) > 1 else several[0]}


def json_path(path: tuple[str | int, ...]) -> str:
    """A path as plans write it: ``$.user['first-name'][0]``."""
    made = "$"
    for key in path:
        if isinstance(key, int):
            made += f"[{key}]"
        elif re.fullmatch(r"[A-Za-z_]\w*", key, re.ASCII):
            made += f".{key}"
        else:
            escaped = key.replace("\\", "\\\\").replace("'", "\\'")
            made += f"['{escaped}']"
    return made
