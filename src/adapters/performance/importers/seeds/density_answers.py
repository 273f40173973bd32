"""What LoadDensity asserts of answers and takes from them, as checks and extractors; None for what has no like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...plan.jsonpath import parse_path
from ..shapes import text

_INDEX = re.compile(r"(?:\.|^)(\d+)(?=\.|\[|$)")


def _path(given: Mapping[str, Any]) -> str | None:
    """``data.items.0.id`` as ``$.data.items[0].id``."""
    path = text(given.get("path")).removeprefix("$").strip()
    if not path:
        return None
    dotted = _INDEX.sub(r"[\1]", path.lstrip("."))
    return f"${dotted}" if dotted.startswith("[") else f"$.{dotted}"


def _status(one: Mapping[str, Any]) -> dict[str, Any] | None:
    value = one.get("value")
    code = int(value) if isinstance(value, str) and value.isdecimal() and len(value) == 3 else value
    return (
        {"status": code}
        if isinstance(code, int) and not isinstance(code, bool) and 100 <= code <= 599
        else None
    )


def _of_body(how: str) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    return lambda one: {"body": {how: str(one["value"])}} if one.get("value") not in (None, "") else None


def _of_json(one: Mapping[str, Any]) -> dict[str, Any] | None:
    path = _usable(_path(one))
    if path is None:
        return None
    return {"json": path, **({"equals": one["value"]} if one.get("value") is not None else {"exists": True})}


def _of_header(one: Mapping[str, Any]) -> dict[str, Any] | None:
    name, value = text(one.get("name")), one.get("value")
    return (
        {"header": name, **({"exists": True} if value is None else {"equals": str(value)})} if name else None
    )


def _usable(path: str | None) -> str | None:
    try:
        parse_path(path or "")
    except ValueError:
        return None
    return path


CHECKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "status_code": _status,
    "contains": _of_body("contains"),
    "not_contains": _of_body("not_contains"),
    "json_path": _of_json,
    "header": _of_header,
}
EXTRACTORS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "json_path": lambda one: {"json": path} if (path := _usable(_path(one))) else None,
    "header": lambda one: {"header": text(one["name"])} if text(one.get("name")) else None,
    "status_code": lambda one: {"status": True},
}
