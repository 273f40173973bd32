"""What is known of the generator and where it ran: ``metrics/resources.py``, or whatever another engine tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...metrics.result import RunResult
from .. import figures
from ..facts import Fact
from ..text import cut, printable

_LONGEST = 300

_KNOWN: dict[str, tuple[str, Callable[[Any], str]]] = {
    "workers": ("worker processes", lambda value: figures.count(value)),
    "cpu_s": ("CPU time of the workers", lambda value: figures.duration(value)),
    "processors": ("processors it may use", lambda value: figures.count(value)),
    "machine_cpu_percent": ("machine busy, whatever with", lambda value: f"{value:.0f}%"),
    "reconnects": ("connections lost and made again", lambda value: figures.count(value)),
    "tls_resumed": ("TLS sessions resumed", lambda value: figures.count(value)),
    "python": ("Python", str),
}
"""Key to the words for it, and how its value is written."""


def environment(result: RunResult) -> list[Fact]:
    """The engine, and what else is told in single figures."""
    engine = result.engine
    facts = [Fact("engine", printable(f"{engine.name} {engine.version or figures.UNKNOWN}"))]
    for key, value in result.resources.items():
        if not isinstance(value, dict | list | tuple):
            facts.append(_fact(str(key), value))
    return facts


def arrivals(result: RunResult) -> list[Fact]:
    """What became of the arrivals of the open model."""
    found = result.resources.get("arrivals")
    if not isinstance(found, Mapping):
        return []
    words = {
        "due": "due",
        "started": "started",
        "dropped": "dropped, every user busy",
        "missed": "missed, the generator too late",
    }
    return [
        Fact(
            f"arrivals {word}",
            figures.count(found[key]),
            "warn" if key in ("dropped", "missed") and found[key] else "plain",
        )
        for key, word in words.items()
        if isinstance(found.get(key), int)
    ]


def _fact(key: str, value: Any) -> Fact:
    words, write = _KNOWN.get(key, (key, str))
    if value is None:
        return Fact(printable(words), figures.UNKNOWN)
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return Fact(printable(words), cut(printable(str(value)), _LONGEST))
    return Fact(printable(words), write(value) if key in _KNOWN else f"{value:,.4g}")
