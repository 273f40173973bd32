"""Flow: how often steps are done, for what, which of them, and what follows when one failed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import isfinite
from typing import Any

from .conditions import Condition, compile_condition
from .given import compile_value, or_missing, or_text
from .session import Session
from .values import number_of

GO_ON, END_ITERATION, STOP_USER, OVER = range(4)
"""What a step says when it is done: the next may come, this iteration ends, its user stops, or the load is over."""

ON_FAILURE = {"continue": GO_ON, "end_iteration": END_ITERATION, "stop_user": STOP_USER}

NO_CAUSE = ("timeout", "status", "check", "extract", "redirects")
"""Kinds of failures that are causes of their own; for all others there was no whole answer."""


def compile_times(step: dict[str, Any]) -> Callable[[Session], int | str]:
    """How often a repeat's steps are done; a text says why that is not known."""
    least, most = step["min"], step["max"]
    if step["times"] is None:
        return (
            (lambda session: int(least)) if least == most else lambda session: _between(session, least, most)
        )
    given = compile_value(step["times"], or_missing)

    def times(session: Session) -> int | str:
        value = given(session)
        number = None if isinstance(value, bool) else number_of(value)
        if number is None or not isfinite(number) or number < 0 or number != int(number):
            return str(step["skipped"])
        return int(number)

    return times


def compile_items(step: dict[str, Any]) -> Callable[[Session], Sequence[Any] | str]:
    """What the steps of a for_each are done for; a text says why that is not known."""
    given = compile_value(step["items"], or_missing)

    def items(session: Session) -> Sequence[Any] | str:
        value = given(session)
        return value if isinstance(value, list) else str(step["skipped"])

    return items


def compile_while(step: dict[str, Any]) -> tuple[Condition, int]:
    """Whether the steps of a while are done again, and how often at most."""
    return compile_condition(step["while"]), step["max"]


def compile_choice(step: dict[str, Any]) -> Callable[[Session], int]:
    """The index of the choice that is drawn, by weight."""
    reached = list(accumulate(choice["weight"] for choice in step["choices"]))
    last = len(reached) - 1
    return lambda session: min(last, bisect_right(reached, session.random.random() * reached[-1]))


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


def _between(session: Session, least: int, most: int) -> int:
    return least + int(session.random.random() * (most - least + 1))
