"""The thresholds of a plan: a list, a mapping of keys or of request names, and each a text or fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from .threshold_keys import is_threshold_key, threshold_from_key
from .thresholds import parse_threshold

GivenThresholds: TypeAlias = "str | Sequence[str | Mapping[str, Any]] | Mapping[str, Any]"
"""Thresholds as they may be given: one, several, each by its parts, or a mapping; see docs/thresholds.md."""


def _text(given: object) -> object:
    """The text of a threshold that is given by its parts; whatever else is given stays as it is."""
    if not isinstance(given, Mapping):
        return given
    unknown = [name for name in given if name not in _FIELDS]
    if unknown or not isinstance(given.get("threshold"), str):
        problem = f"{unknown[0]!r} is none of them" if unknown else "threshold, a text, is missing"
        raise ValueError(f"a threshold by its parts has {', '.join(_FIELDS)}: {problem}")
    for name in ("abort", "optional"):
        if not isinstance(given.get(name, False), bool):
            raise ValueError(f"{name} is true or false")
    return " ".join(_parts(given))


def _parts(given: Mapping[str, object]) -> Iterator[str]:
    yield str(given["threshold"]).strip()
    if given.get("for") is not None:
        yield f"for {_duration(given['for'])}"
    after = given.get("abort_after")
    if after is not None and given.get("abort") is False:
        raise ValueError("abort_after says when, and abort is false")
    if given.get("abort") or after is not None:
        yield "abort" if after is None else f"abort after {_duration(after)}"
    if given.get("optional"):
        yield "optional"


def _duration(given: object) -> str:
    return f"{given}s" if isinstance(given, int | float) else str(given).strip()


def _list(given: object) -> object:
    """The thresholds as a list, where a single one or a mapping is given."""
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Mapping):
        return given
    if "threshold" in given:
        return [given]
    return list(_of_mapping(given))


def _of_mapping(given: Mapping[object, object]) -> Iterator[str]:
    """A key of its own, such as ``max_error_rate``, has a number; the name of a request has thresholds."""
    for name, value in given.items():
        if is_threshold_key(name) or not isinstance(value, str | list | tuple | Mapping):
            yield threshold_from_key(str(name), value)
            continue
        for part in value if isinstance(value, list | tuple) else [value]:
            text = _text(part)
            if not isinstance(text, str):
                raise ValueError(f"{name}: thresholds of a request are texts, such as 'p99 < 1s'")
            try:
                yield f"{name}: {_checked(text)}"
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error


def _checked(text: str) -> str:
    parse_threshold(text)
    return text.strip()


_FIELDS = ("threshold", "for", "abort", "abort_after", "optional")
_DURATION: dict[str, Any] = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}
_ONE: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "examples": ["p95 < 500ms", "login: error_rate < 1% for 10s abort after 5s"]},
        {
            "type": "object",
            "properties": {
                "threshold": {"type": "string"},
                "for": _DURATION,
                "abort": {"type": "boolean"},
                "abort_after": _DURATION,
                "optional": {"type": "boolean"},
            },
            "required": ["threshold"],
            "additionalProperties": False,
        },
    ]
}
_MANY: dict[str, Any] = {
    "anyOf": [
        {"type": "array", "items": _ONE},
        {"type": "string"},
        {
            "type": "object",
            "description": "keys such as max_p95_response_time_ms: 500, or thresholds by request name",
        },
    ]
}

ThresholdText = Annotated[str, BeforeValidator(_text), AfterValidator(_checked), WithJsonSchema(_ONE)]
Thresholds = Annotated[tuple[ThresholdText, ...], BeforeValidator(_list), WithJsonSchema(_MANY)]
"""What must hold of a run, as texts in the one grammar, whichever way it was given."""
