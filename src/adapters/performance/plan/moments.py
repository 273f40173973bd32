"""Moments that templates show: ``now(…)`` and ``timestamp(…)``, with the formats that mean the same on every engine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

DIRECTIVES = "YmdHMSfyjIpaAbBzFT%"
"""The letters of ``strftime`` that may follow a ``%``; names of days and months are English."""
FORMATS = {
    "iso": "%Y-%m-%dT%H:%M:%S",
    "iso_ms": "%Y-%m-%dT%H:%M:%S.%3",
    "epoch": "epoch",
    "epoch_ms": "epoch_ms",
}
"""Formats that have a name; ``%3`` stands for the milliseconds."""
MAX_OFFSET_S = 100 * 365 * 86400
"""A hundred years."""

_OFFSET = re.compile(r"([+-])((?:\d{1,12}(?:\.\d{1,6})?(?:ms|[smhdw]))+)", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.ASCII)
_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_PATTERN = re.compile(rf"(?:[^%]|%[{DIRECTIVES}])*+", re.DOTALL)


def prepare_moment(args: Sequence[str]) -> list[Any]:
    """The arguments of ``now`` as ``[pattern, offset_ms, utc]``; ValueError says what is wrong with them."""
    pattern: str | None = None
    offset: int | None = None
    utc: bool | None = None
    for arg in args:
        if _OFFSET.fullmatch(arg) and offset is None:
            offset = _offset_ms(arg)
        elif arg.lower() in ("utc", "local") and utc is None:
            utc = arg.lower() == "utc"
        elif pattern is None and arg:
            pattern = _pattern(arg)
        elif arg:
            raise ValueError(f"{arg[:40]!r} is one argument too many")
    pattern = FORMATS["iso"] if pattern is None else pattern
    if utc and pattern in (FORMATS["iso"], FORMATS["iso_ms"]):
        pattern += "Z"
    return [pattern, offset or 0, bool(utc)]


def prepare_timestamp(args: Sequence[str]) -> list[Any]:
    """The arguments of ``timestamp`` as those of ``now``: seconds or milliseconds since 1970, with an offset."""
    units = {"s": "epoch", "ms": "epoch_ms"}
    if any(arg not in units and not _OFFSET.fullmatch(arg) for arg in args):
        raise ValueError("its arguments are s or ms, and an offset such as +1d")
    return prepare_moment([units.get(arg, arg) for arg in args])


def _pattern(text: str) -> str:
    if text in FORMATS:
        return FORMATS[text]
    if "%" not in text:
        raise ValueError(f"{text[:40]!r} is no format: it has no %, and is none of {', '.join(FORMATS)}")
    if not _PATTERN.fullmatch(text):
        known = " ".join(f"%{letter}" for letter in DIRECTIVES)
        raise ValueError(
            f"{text[:40]!r} has directives that are not the same everywhere; those that are: {known}"
        )
    return text


def _offset_ms(text: str) -> int:
    sign, rest = text[0], text[1:]
    offset = round(sum(float(number) * _UNITS_MS[unit] for number, unit in _PART.findall(rest)))
    if offset > 1000 * MAX_OFFSET_S:
        raise ValueError("an offset is at most a hundred years")
    return -offset if sign == "-" else offset
