"""Where checks and extractors find values, as fields of program entries and in words."""

from __future__ import annotations

import re
from typing import Any

from ...plan.jsonpath import path_of
from ...plan.jsonpath_query import parse_query
from .words import shown


def source(given: Any) -> dict[str, Any]:
    """Where a check or an extractor finds its values: ``kind`` and what belongs to it."""
    kind = _kind(given)
    match kind:
        case "json":
            path = path_of(given.json_)
            return {
                "kind": kind,
                **({"query": parse_query(given.json_)} if path is None else {"path": list(path)}),
            }
        case "jmespath":
            return {"kind": kind, "expression": given.jmespath}
        case "regex":
            return {"kind": kind, "regex": given.regex, "group": _group(given.regex, given.group)}
        case "css":
            return {"kind": kind, "css": given.css, "attribute": given.attribute}
        case "header" | "cookie" | "input" | "xpath":
            return {"kind": kind, kind: getattr(given, kind)}
    return {"kind": kind}


def shown_source(given: Any) -> str:
    """The same in words."""
    kind = _kind(given)
    match kind:
        case "css" if given.attribute is not None:
            return f"{given.attribute} of css {given.css}"
        case "json":
            return f"json {given.json_}"
        case "regex":
            return f"regex {shown(given.regex)}"
        case "body" | "status":
            return kind
    return f"{kind} {getattr(given, kind)}"


_KINDS = ("json_", "jmespath", "regex", "input", "css", "xpath", "header", "cookie", "body", "status")


def _kind(given: Any) -> str:
    return next(kind for kind in _KINDS if kind in type(given).model_fields).rstrip("_")


def _group(regex: str, group: int | str | None) -> int:
    """The number of a group; by default of the first, or of the whole match where there are none."""
    expression = re.compile(regex)
    if isinstance(group, str):
        return expression.groupindex[group]
    return min(1, expression.groups) if group is None else group
