"""The dates of cookies, as browsers read them (RFC 6265, section 5.1.1)."""

from __future__ import annotations

import re
from calendar import monthrange, timegm

_DELIMITERS = re.compile(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:\D|$)", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?:\D|$)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def cookie_date(text: str) -> float | None:
    """Seconds since 1970 of an Expires attribute; None for what is no date."""
    time = day = month = year = None
    for word in _DELIMITERS.split(text):
        if time is None and (match := _TIME.match(word)):
            time = tuple(map(int, match.groups()))
        elif day is None and (match := _DAY.match(word)):
            day = int(match[1])
        elif month is None and word[:3].lower() in _MONTHS:
            month = _MONTHS.index(word[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(word)):
            year = int(match[1])
    if time is None or day is None or month is None or year is None:
        return None
    if year < 100:
        year += 1900 if year >= 70 else 2000
    hour, minute, second = time
    if year < 1601 or hour > 23 or minute > 59 or second > 59 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return float(timegm((year, month, day, hour, minute, second)))
