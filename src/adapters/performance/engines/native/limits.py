"""What the system allows: open files in a worker, and local ports to one target; looked at before a run.

A user keeps one connection to each origin that it talks to. A connection is a file descriptor of its worker, and a
local port that no other connection from the same address to the same origin has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...metrics.result import ResultWarning
from ..program.requests import all_requests
from .files import hard_file_limit

RESERVED_FILES = 64
"""Descriptors of a worker beside its users' connections: its pipes, its loop, names being resolved."""

_ORIGIN = re.compile(r"[^/?#]+://[^/?#]+(?=[/?#])")
_PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may have; None is not known, or no limit: ``files`` open, at most ``ports`` to one target."""

    files: int | None
    ports: int | None


def system_limits() -> Limits:
    """The limits of this machine: ``files`` is the hard limit, up to which a worker raises its own."""
    return Limits(hard_file_limit(), _local_ports())


def check_limits(
    program: dict[str, Any], workers: int, limits: Limits, *, certain: bool
) -> list[ResultWarning]:
    """UsageError says which limit a program exceeds and how to raise it.

    Where it is not ``certain`` that so many users come to be (the default of ``max_users``), it is a warning instead.
    """
    problems = list(_problems(program, workers, limits))
    if problems and certain:
        raise UsageError(
            "\n".join(text for text, _ in problems), hint="\n".join(hint for _, hint in problems)
        )
    return [ResultWarning(code="LimitTooLow", message=f"{text}; {hint}") for text, hint in problems]


def files_needed(program: dict[str, Any], workers: int) -> int:
    """The most descriptors that one worker needs."""
    return math.ceil(connections_per_origin(program) / workers) * origins(program) + RESERVED_FILES


def connections_per_origin(program: dict[str, Any]) -> int:
    """How many connections there may be to one origin: one for each user, or as many as the users share."""
    users: int = program["load"]["users"]
    return min(users, program["options"]["shared"] or users)


def origins(program: dict[str, Any]) -> int:
    """To how many origins a user of a program connects; those that are only known in the run count as one."""
    urls = [step["url"] for step in all_requests(program)]
    return len({_origin(url) for url in urls}) or 1


def _problems(program: dict[str, Any], workers: int, limits: Limits) -> Iterator[tuple[str, str]]:
    """What is exceeded, and what to do."""
    users = connections_per_origin(program)
    options = program["options"]
    ports = limits.ports and limits.ports * max(1, len(options["local_addresses"]))
    need = files_needed(program, workers)
    if limits.files is not None and need > limits.files:
        yield (
            f"{users:,} users in {_processes(workers)} need {need:,} open files{' each' * (workers > 1)}, "
            f"and the limit is {limits.files:,}",
            f"raise it with 'ulimit -n {need}' before the run" + _or_more_processes(program, limits.files),
        )
    if ports is not None and users > ports and options["unix_socket"] is None:
        yield (
            f"{users:,} users need as many local ports to one target, and there are {ports:,}",
            "widen the range with 'sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"', "
            "give several options.local_address, or use fewer users",
        )


def _or_more_processes(program: dict[str, Any], files: int) -> str:
    room = (files - RESERVED_FILES) // origins(program)
    return f", or use {math.ceil(connections_per_origin(program) / room)} processes" if room > 0 else ""


def _processes(workers: int) -> str:
    return f"{workers} process" + ("es" if workers > 1 else "")


def _origin(url: str | list[Any]) -> str | None:
    """The origin that a text of a program begins with; None if a placeholder is in it."""
    if isinstance(url, str):
        return _found(url + "/")
    return _found(url[0]) if isinstance(url[0], str) else None


def _found(text: str) -> str | None:
    match = _ORIGIN.match(text)
    return match and match[0].lower()


def _local_ports() -> int | None:
    """How many ports the kernel chooses from for a connection (Linux)."""
    try:
        first, last = map(int, _PORT_RANGE.read_text().split())
    except (OSError, ValueError):
        return None
    return last - first + 1
