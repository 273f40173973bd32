"""Lines of the access logs of nginx and Apache: common and combined, with what else servers are told to add."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LINE = re.compile(
    r'(?P<who>[^\["]{1,400}) \[(?P<day>\d\d?/[A-Z][a-z]{2}/\d{4}):(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)'
    r'(?:\.\d{1,9})? ?(?P<zone>[+-]\d{4})?\] "(?P<request>[^"\\]*(?:\\.[^"\\]*)*)" (?P<status>[1-5]\d\d|-|0{1,3})'
    r" (?P<size>\d+|-)(?P<rest>.*)",
    re.ASCII,
)
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"')
_TIME = re.compile(r'(?:^|[ "=])(\d{1,6}\.\d{3,6})(?=["\s,]|$)', re.ASCII)
_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})")
_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MOST_DAYS = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One request as a server logged it."""

    method: str
    url: str
    """The path and query, as the client sent them."""
    status: int
    """0 when the server gave none."""
    at_s: int
    """Seconds since 1970."""
    agent: str
    took_s: float | None
    host: str
    """The virtual host, when lines begin with one."""


class Reader:
    """Reads lines; those that are none, and requests that were none, are counted."""

    def __init__(self) -> None:
        self.malformed = 0
        self.no_request = 0
        """Lines whose request is no HTTP, such as what is left of a handshake."""
        self._days: dict[str, int] = {}

    def read(self, lines: Iterable[bytes]) -> Iterator[Line]:
        """The requests of lines, empty ones and comments left out."""
        for raw in lines:
            text = raw.decode("utf-8", "replace").rstrip()
            if not text or text[0] == "#":
                continue
            match = _LINE.match(text)
            at_s = self._moment(match) if match is not None else None
            if match is None or at_s is None:
                self.malformed += 1
                continue
            method, _, rest = match["request"].partition(" ")
            url = rest.rpartition(" ")[0] if " HTTP/" in rest else rest
            if not url.startswith("/") or not method.isalpha():
                self.no_request += 1
                continue
            yield _line(match, method, url, at_s)

    def _moment(self, match: re.Match[str]) -> int | None:
        day = self._day(match["day"])
        if day is None:
            return None
        zone = match["zone"]
        east = (int(zone[:3]) * 60 + int(zone[0] + zone[3:])) * 60 if zone else 0
        return day + int(match["hour"]) * 3600 + int(match["minute"]) * 60 + int(match["second"]) - east

    def _day(self, text: str) -> int | None:
        if text not in self._days:
            day, month, year = text.split("/")
            try:
                date = datetime.date(int(year), _MONTHS[month], int(day))
            except (ValueError, KeyError):
                return None
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
            self._days[text] = (date.toordinal() - 719_163) * 86_400
        return self._days[text]


def is_line(text: str) -> bool:
    """Whether a line is one of an access log."""
    return _LINE.match(text) is not None


def _line(match: re.Match[str], method: str, url: str, at_s: int) -> Line:
    rest = match["rest"]
    quoted = _QUOTED.findall(rest) if '"' in rest else []
    found = _TIME.search(rest, rest.rfind('"') if len(quoted) == 2 else 0) if "." in rest else None
    who = match["who"]
    first = who.partition(" ")[0]
    status = match["status"]
    return Line(
        method=method,
        url=_ESCAPED.sub(r"%\1", url) if "\\" in url else url,
        status=int(status) if status.isdigit() else 0,
        at_s=at_s,
        agent=quoted[1] if len(quoted) > 1 else "",
        took_s=float(found[1]) if found is not None else None,
        host=first if who.count(" ") == 3 else "",
    )
