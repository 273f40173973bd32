"""What an answer had in place of what a check asked for, in a few words, for one answer that people look at.

Results of runs do not quote answers: there, failures that are alike are one group with a count.
"""

from __future__ import annotations

from typing import Any

from ...plan.secrets import MASK, is_secret, mask_text
from .runtime import Answer
from .runtime.jsonpath import TooMuch
from .runtime.session import MISSING
from .runtime.sources import compile_source
from .words import shown

_SHORT = 80


def what_was_found(check: dict[str, Any], answer: Answer) -> str:
    """The status, the time, the size or the first value that there was, secrets masked."""
    match check["kind"]:
        case "status":
            return f"it was {answer.status}"
        case "time" if answer.elapsed_s != answer.elapsed_s:
            return "the time is not known"
        case "time":
            return f"it took {answer.elapsed_s * 1000:.3g} ms"
        case "size":
            return f"it has {len(answer.body)} bytes"
        case "python":
            return "it does not"
    return _values(check, answer)


def _values(check: dict[str, Any], answer: Answer) -> str:
    if check["kind"] in ("json", "jmespath") and answer.document is MISSING:
        return "the body is no JSON"
    try:
        values = [value for value in compile_source(check)(answer) if value is not MISSING]
    except (TooMuch, RecursionError):
        return "there is more than is searched"
    if not values:
        return "there is none"
    first = MASK if is_secret(_name(check)) else mask_text(_short(values[0]))
    return f"it was {first}" if len(values) == 1 else f"there are {len(values)}, the first {first}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else None
    if text is not None and len(text) > _SHORT:
        return shown(text[:_SHORT]) + "…"
    return shown(value)


def _name(check: dict[str, Any]) -> str:
    """The name of what a check looks at: the last of a path, a header, a cookie."""
    names = [key for key in check.get("path", ()) if isinstance(key, str)]
    return str(
        check.get("header") or check.get("cookie") or check.get("input") or (names[-1] if names else "")
    )
