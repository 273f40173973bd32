"""ab's report, the text it prints at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import EngineFailed

_FAILED = re.compile(
    r"^   \(Connect: (\d+), Receive: (\d+), Length: (\d+), Exceptions: (\d+)\)$", re.MULTILINE
)
_ROUNDING_S = 0.0005


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a report, by ab's own definitions.

    ``complete`` requests are those after which ab closed or reused the connection, whatever had come by then.
    ``receive`` and ``write_errors`` are among them, ``connect`` errors and ``oversize`` heads beside them.
    ``kept`` were answered whole on a kept connection, None without ``-k``. ``sent_bytes`` is told with a body only.
    """

    taken_s: float
    complete: int
    connect: int
    receive: int
    oversize: int
    write_errors: int
    not_2xx: int
    kept: int | None
    received_bytes: int
    body_bytes: int
    sent_bytes: int | None


def parse_report(text: str) -> Report:
    """The figures in a report; EngineFailed names the line that is not there."""
    complete = _whole(text, "Complete requests")
    failed = _FAILED.search(text)
    connect, receive, length, exceptions = map(int, failed.groups()) if failed else (0, 0, 0, 0)
    return Report(
        taken_s=_taken_s(text, complete),
        complete=complete,
        connect=connect,
        receive=receive,
        oversize=max(0, _whole(text, "Failed requests") - connect - receive - length - exceptions),
        write_errors=_whole(text, "Write errors", 0),
        not_2xx=_whole(text, "Non-2xx responses", 0),
        kept=_whole(text, "Keep-Alive requests") if "\nKeep-Alive requests:" in text else None,
        received_bytes=_whole(text, "Total transferred"),
        body_bytes=_whole(text, "HTML transferred"),
        sent_bytes=_whole(text, "Total body sent") if "\nTotal body sent:" in text else None,
    )


def _taken_s(text: str, complete: int) -> float:
    """The time taken, which is told to 1 ms; the rate, told to 0.01/s, says it finer for short runs."""
    taken = float(_figure(text, "Time taken for tests"))
    if "\nRequests per second:" not in text:
        return taken
    rate = float(_figure(text, "Requests per second"))
    finer = complete / rate if rate else taken
    return finer if abs(finer - taken) <= _ROUNDING_S else taken


def _whole(text: str, name: str, default: int | None = None) -> int:
    return int(_figure(text, name, default))


def _figure(text: str, name: str, default: int | None = None) -> str:
    found = re.search(rf"^{re.escape(name)}: +(\d+(?:\.\d+)?)\b", text, re.MULTILINE)
    if found is None and default is None:
        raise EngineFailed(f"ab's report has no line {name!r}; it ends: {text[-300:].strip()}")
    return found[1] if found else str(default)
