"""The request steps of a program, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def all_requests(program: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of users, and those by which they get tokens and log in."""
    for scenario in program["scenarios"]:
        yield from (step for step in scenario["steps"] if step["kind"] == "request")
    yield from login_requests(program)


def login_requests(program: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those by which users get tokens and log in."""
    for entry in program["auths"]:
        if entry["kind"] == "token":
            yield from (*entry["fetch"], *(entry["refresh"] or ()))
