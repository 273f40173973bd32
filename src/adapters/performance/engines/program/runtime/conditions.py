"""Conditions: whether a step runs, as things are now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .given import compile_value, or_missing, or_none
from .session import MISSING, Session
from .values import number_of, same, shown, truthy

Condition = Callable[[Session], bool]


def compile_conditions(step: dict[str, Any]) -> Condition | None:
    """Whether a step runs, as a function of the session; None when it always does."""
    run_if, skip_if = (
        None if step.get(name) is None else compile_condition(step[name]) for name in ("run_if", "skip_if")
    )
    if skip_if is None:
        return run_if
    return lambda session: (run_if is None or run_if(session)) and not skip_if(session)


def compile_condition(condition: Any) -> Condition:
    """Whether a condition of a program is true now, as a function of the session."""
    if isinstance(condition, bool):
        return lambda session: condition
    match condition["op"]:
        case "all" | "any" as op:
            parts = [compile_condition(part) for part in condition["of"]]
            over = all if op == "all" else any
            return lambda session: over(part(session) for part in parts)
        case "not":
            part = compile_condition(condition["a"])
            return lambda session: not part(session)
        case "exists":
            there = compile_value(condition["a"], or_missing)
            return lambda session: there(session) is not MISSING
        case "truthy":
            a = compile_value(condition["a"], or_none)
            return lambda session: truthy(a(session))
        case "matches":
            a, found = compile_value(condition["a"], or_none), re.compile(condition["b"]).search
            return lambda session: found(shown(a(session))) is not None
    holds = _OPERATORS[condition["op"]]
    a, b = (compile_value(condition[side], or_none) for side in "ab")
    return lambda session: holds(a(session), b(session))


def holds(condition: Any, session: Session) -> bool:
    """Whether a condition of a program is true now."""
    return compile_condition(condition)(session)


def _in(a: Any, b: Any) -> bool:
    return any(same(a, item) for item in b) if isinstance(b, list) else shown(a) in shown(b)


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def compared(a: Any, b: Any) -> bool:
        one, other = number_of(a), number_of(b)
        return one is not None and other is not None and compare(one, other)

    return compared


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": same,
    "not_equals": lambda a, b: not same(a, b),
    "in": _in,
    "less_than": _numbers(lambda a, b: a < b),
    "at_most": _numbers(lambda a, b: a <= b),
    "more_than": _numbers(lambda a, b: a > b),
    "at_least": _numbers(lambda a, b: a >= b),
}
