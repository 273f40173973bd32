"""Choices of an iteration: its scenario, then its rows of the feeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chance import below, compile_weighted
from .session import Session


def scenario_chooser(program: dict[str, Any]) -> Callable[[Session], int]:
    """A function that picks the index of the next scenario by weight; nothing is drawn for a single one."""
    weights = [scenario["weight"] for scenario in program["scenarios"]]
    if len(weights) == 1:
        return lambda session: 0
    draw = compile_weighted(weights)
    return lambda session: draw(session.random)


def draw_rows(program: dict[str, Any], session: Session, iteration: int) -> str | None:
    """Draws this iteration's row of every feed; ``iteration`` counts over all users. Returns a feed that ran out.

    Only a ``random`` feed draws a random number.
    """
    for name, feed in program["feeds"].items():
        rows, strategy = feed["rows"], feed["strategy"]
        if strategy == "unique" and iteration >= len(rows) and feed["on_end"] != "recycle":
            return str(name)
        match strategy:
            case "random":
                index = below(session.random, len(rows))
            case "per_user":
                index = session.user % len(rows)
            case _:
                index = iteration % len(rows)
        session.rows[name] = rows[index]
    return None
