"""Moments as texts: the directives of ``strftime`` that mean the same in every interpreter."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from time import time
from typing import Any

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SHORT = re.compile(r"%[FT]")
_LONG = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S"}
_TOKEN = re.compile(r"%(.)|[^%]+", re.DOTALL)

_DIRECTIVES: dict[str, Callable[[datetime.datetime], str]] = {
    "Y": lambda at: f"{at.year:04d}",
    "m": lambda at: f"{at.month:02d}",
    "d": lambda at: f"{at.day:02d}",
    "H": lambda at: f"{at.hour:02d}",
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "f": lambda at: f"{at.microsecond:06d}",
    "3": lambda at: f"{at.microsecond // 1000:03d}",
    "y": lambda at: f"{at.year % 100:02d}",
    "j": lambda at: f"{at.timetuple().tm_yday:03d}",
    "I": lambda at: f"{(at.hour + 11) % 12 + 1:02d}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "a": lambda at: DAYS[at.weekday()][:3],
    "A": lambda at: DAYS[at.weekday()],
    "b": lambda at: MONTHS[at.month - 1][:3],
    "B": lambda at: MONTHS[at.month - 1],
    "z": lambda at: f"{at:%z}"[:5],
    "%": lambda at: "%",
}


def compile_moment(pattern: str, offset_ms: int, utc: bool) -> Callable[[], Any]:
    """The moment now, moved by an offset, as a text by a pattern; for ``epoch`` and ``epoch_ms`` as a whole number."""
    match pattern:
        case "epoch":
            return lambda: int(time() * 1000 + offset_ms) // 1000
        case "epoch_ms":
            return lambda: int(time() * 1000) + offset_ms
    shows = _compile_pattern(_SHORT.sub(lambda found: _LONG[found.group()], pattern))
    if re.search("%[f3]", pattern):
        return lambda: shows(_at(time() + offset_ms / 1000, utc))
    return _once_a_second(lambda second: shows(_at(second, utc)), offset_ms)


def _once_a_second(show: Callable[[int], str], offset_ms: int) -> Callable[[], str]:
    """Within a second the text is the same."""
    last: int | None = None
    text = ""

    def now() -> str:
        nonlocal last, text
        second = int(time() * 1000 + offset_ms) // 1000
        if second != last:
            last, text = second, show(second)
        return text

    return now


def _at(second: float, utc: bool) -> datetime.datetime:
    moment = datetime.datetime.fromtimestamp(second, datetime.UTC)
    return moment if utc else moment.astimezone()


def _compile_pattern(pattern: str) -> Callable[[datetime.datetime], str]:
    parts = [_DIRECTIVES[token[1]] if token[1] else token[0] for token in _TOKEN.finditer(pattern)]
    return lambda at: "".join([part if isinstance(part, str) else part(at) for part in parts])
