"""Durations as people write them: ``90``, ``90s``, ``1m30s``, ``250ms``; always seconds in the model."""

from __future__ import annotations

import math
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")


def parse_duration(text: object) -> float:
    """Seconds from a number of seconds or a text such as ``1m30s``; ValueError when it is neither."""
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        raise ValueError(f"not a duration: {text!r}; write seconds (90) or units (1m30s, 250ms)")
    seconds = _from_text(text.strip()) if isinstance(text, str) else float(text)
    if not math.isfinite(seconds):
        raise ValueError("a duration must be finite")
    if seconds < 0:
        raise ValueError(f"a duration cannot be negative, got {text}")
    return seconds


def _from_text(text: str) -> float:
    negative = text.startswith("-")
    body = text[1:] if negative else text
    if _PLAIN.fullmatch(body):
        seconds = float(body)
    elif body and not _PART.sub("", body):
        seconds = sum(float(number) * _UNITS_S[unit] for number, unit in _PART.findall(body))
    else:
        raise ValueError(f"not a duration: {text!r}; write seconds (90) or units (1m30s, 250ms)")
    return -seconds if negative else seconds


def _positive(seconds: float) -> float:
    if seconds <= 0:
        raise ValueError("a duration must be more than 0 here")
    return seconds


def format_duration(seconds: float) -> str:
    """A duration for people: ``850ms``, ``30s``, ``1m30s``, ``2h``."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{rest:g}s" if rest else ""]
    return "".join(parts) or "0s"


_SECONDS: JsonSchemaValue = {"type": "number", "minimum": 0}
_WITH_UNITS: JsonSchemaValue = {"type": "string", "examples": ["90s", "1m30s", "250ms"]}
Duration = Annotated[
    float, BeforeValidator(parse_duration), WithJsonSchema({"anyOf": [_SECONDS, _WITH_UNITS]})
]
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
