"""The request steps of a program, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .walk import every_step


def all_requests(program: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of users, and those by which they get tokens and log in."""
    yield from (step for step in every_step(program) if step["kind"] == "request")
    for entry in program["auths"]:
        if entry["kind"] == "token":
            yield from (*entry["fetch"], *(entry["refresh"] or ()))
