"""Values as they are written on the command line: each is parsed by a function, whose ValueError is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import click

T = TypeVar("T")

if TYPE_CHECKING:
    _Type = click.ParamType[T]
else:

    class _Type(click.ParamType, Generic[T]):
        pass


_UNITS_S = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_AGO = re.compile(r"(\d+)([mhdwy])")


class Written(_Type[T]):
    """Values that a function parses from their text; those that are no text any more are taken as they are."""

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        if not isinstance(value, str):
            parsed: T = value
            return parsed
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _duration_s(text: str) -> float:
    from ..plan.quantity import parse_duration

    return parse_duration(text)


def _share(text: str) -> float:
    from ..microbench.shares import parse_share

    return parse_share(text)


def _count_or_auto(text: str) -> int | Literal["auto"]:
    if text == "auto":
        return "auto"
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise ValueError(f"{text!r} is neither 'auto' nor a whole number from 1 on")
    return int(text)


def _whole_numbers(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"{text!r} is no list of whole numbers such as 1,2,4")
    return tuple(map(int, parts))


def _moment(text: str) -> datetime:
    written = text.strip()
    try:
        if ago := _AGO.fullmatch(written):
            return datetime.now(UTC) - timedelta(seconds=int(ago[1]) * _UNITS_S[ago[2]])
        return datetime.fromisoformat(written).astimezone()
    except (ValueError, OverflowError):
        raise ValueError(
            f"not a moment: {written!r}; write a date (2026-05-01) or how long ago (12h, 90d)"
        ) from None


DURATION = Written("duration", _duration_s)
"""``90``, ``90s``, ``1m30s``, as seconds."""

SHARE = Written("share", _share)
"""``5%``, ``0.05``."""

COUNT_OR_AUTO = Written("count", _count_or_auto)
"""``4``, ``auto``."""

WHOLE_NUMBERS = Written("numbers", _whole_numbers)
"""``1,2,4``."""

MOMENT = Written("moment", _moment)
"""``2026-05-01``, ``2026-05-01T12:30`` (local time, unless it has an offset), or ``90d``: so long ago."""
