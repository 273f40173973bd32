"""Choices of an iteration: its scenario, and its rows of the feeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .session import Session


def scenario_chooser(program: dict[str, Any]) -> Callable[[Session], int]:
    """A function that picks the index of the next scenario by weight."""
    weights = [scenario["weight"] for scenario in program["scenarios"]]
    if len(weights) == 1:
        return lambda session: 0
    numbers = range(len(weights))
    return lambda session: session.random.choices(numbers, weights)[0]


def draw_rows(program: dict[str, Any], session: Session, iteration: int) -> str | None:
    """Draws this iteration's row of every feed; ``iteration`` counts over all users. Returns a feed that ran out."""
    for name, feed in program["feeds"].items():
        rows, strategy = feed["rows"], feed["strategy"]
        if strategy == "unique" and iteration >= len(rows) and feed["on_end"] != "recycle":
            return str(name)
        index = {"random": session.random.randrange(len(rows)), "per_user": session.user}.get(
            strategy, iteration
        )
        session.rows[name] = rows[index % len(rows)]
    return None
