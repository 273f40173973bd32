"""Choices of an iteration: its scenario, then its rows of the feeds."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from .chance import compile_below, compile_weighted
from .rows import feed_rows
from .session import Session


def scenario_chooser(program: dict[str, Any]) -> Callable[[Session], int]:
    """A function that picks the index of the next scenario by weight; nothing is drawn for a single one."""
    weights = [scenario["weight"] for scenario in program["scenarios"]]
    if len(weights) == 1:
        return lambda session: 0
    draw = compile_weighted(weights)
    return lambda session: draw(session.random)


def compile_draw(feeds: dict[str, dict[str, Any]]) -> Callable[[Session, int], str | None]:
    """A function that draws the row of every feed for an iteration; it returns the name of a feed that has none left.

    Iterations are numbered over all users and processes.
    """
    draws = [_draw(name, feed) for name, feed in feeds.items()]
    if len(draws) == 1:
        return draws[0]

    def draw(session: Session, iteration: int) -> str | None:
        for one in draws:
            if (ended := one(session, iteration)) is not None:
                return ended
        return None

    return draw


def _draw(name: str, feed: dict[str, Any]) -> Callable[[Session, int], str | None]:
    rows, size = feed_rows(feed), feed["size"]
    below = compile_below(size)
    end = size if feed["strategy"] == "unique" and feed["on_end"] != "recycle" else inf

    def in_turn(session: Session, iteration: int) -> str | None:
        if iteration >= end:
            return name
        session.rows[name] = rows[iteration % size]
        return None

    def at_random(session: Session, iteration: int) -> None:
        session.rows[name] = rows[below(session.random)]

    def by_user(session: Session, iteration: int) -> None:
        if name not in session.rows:
            session.rows[name] = rows[session.user % size]

    return {"random": at_random, "per_user": by_user}.get(feed["strategy"], in_turn)
