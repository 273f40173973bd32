"""Loops: the rounds in which their steps are done over and over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import Any

from .chance import compile_below
from .conditions import compile_condition
from .given import compile_value, or_missing
from .session import Session
from .values import number_of

Rounds = Callable[[Session], "Iterable[object] | str"]


def compile_rounds(step: dict[str, Any]) -> Rounds:
    """The rounds of a loop: as many as it gives elements, or a text that says why their number is not known."""
    return _KINDS[step["kind"]](step)


def _repeat(step: dict[str, Any]) -> Rounds:
    least, most = step["min"], step["max"]
    if step["times"] is None:
        more = compile_below(most - least + 1)
        return lambda session: range(least + more(session.random) if least < most else least)
    given = compile_value(step["times"], or_missing)

    def rounds(session: Session) -> Iterable[object] | str:
        number = number_of(given(session))
        if number is None or not isfinite(number) or number < 0 or number != int(number):
            return str(step["skipped"])
        return range(int(number))

    return rounds


def _while(step: dict[str, Any]) -> Rounds:
    holds, most = compile_condition(step["while"]), step["max"]

    def rounds(session: Session) -> Iterator[object]:
        for number in range(most):
            if not holds(session):
                return
            yield number

    return rounds


def _for_each(step: dict[str, Any]) -> Rounds:
    """A round for each element of a list, which is then a variable."""
    items, name = compile_value(step["items"], or_missing), step["as"]

    def assigned(session: Session, found: Iterable[object]) -> Iterator[object]:
        for item in found:
            session.variables[name] = item
            yield item

    def rounds(session: Session) -> Iterable[object] | str:
        found = items(session)
        return assigned(session, found) if isinstance(found, list) else str(step["skipped"])

    return rounds


_KINDS: dict[str, Callable[[dict[str, Any]], Rounds]] = {
    "repeat": _repeat,
    "while": _while,
    "for_each": _for_each,
}
