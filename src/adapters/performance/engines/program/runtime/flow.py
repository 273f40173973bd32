"""Flow: which steps are done, what they set, and what follows when one failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chance import compile_weighted
from .given import compile_value, or_text
from .session import Session

GO_ON, END_ITERATION, STOP_USER, OVER = range(4)
"""What a step says when it is done: the next may come, this iteration ends, its user stops, or the load is over."""

ON_FAILURE = {"continue": GO_ON, "end_iteration": END_ITERATION, "stop_user": STOP_USER}

CUT_OFF = "it was cut off before its answer had come"
"""What is said of a request measured aside that was in flight when its time was over: no other figure would tell."""

NO_CAUSE = ("timeout", "status", "check", "extract", "redirects")
"""Kinds of failures that are causes of their own; for all others there was no whole answer."""


def compile_choice(step: dict[str, Any]) -> Callable[[Session], int]:
    """The index of the choice that is drawn, by weight."""
    draw = compile_weighted([choice["weight"] for choice in step["choices"]])
    return lambda session: draw(session.random)


def compile_set(step: dict[str, Any]) -> Callable[[Session], None]:
    """Gives variables their values, one after the other."""
    made = [(name, compile_value(value, or_text)) for name, value in step["set"]]

    def give(session: Session) -> None:
        for name, value in made:
            session.variables[name] = value(session)

    return give


def compile_retry(retry: dict[str, Any]) -> Callable[[str | None, int], bool]:
    """Whether a request is tried again, given the kind of its failure, if it failed, and the status of its answer."""
    ranges, causes = retry["statuses"], retry["causes"]

    def again(kind: str | None, status: int) -> bool:
        if any(low <= status <= high for low, high in ranges):
            return True
        if kind is None or causes is None:
            return kind is not None
        return (kind if kind in NO_CAUSE else "no_answer") in causes or (
            kind == "timeout" and "no_answer" in causes
        )

    return again
