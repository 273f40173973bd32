"""Conditions: whether a step runs, as things are now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .session import Session
from .texts import compile_value
from .values import same, shown, truthy


def compile_conditions(step: dict[str, Any]) -> Callable[[Session], bool] | None:
    """Whether a step runs, as a function of the session; None when it always does."""
    run_if, skip_if = step.get("run_if"), step.get("skip_if")
    if run_if is None and skip_if is None:
        return None
    return lambda session: (
        (run_if is None or holds(run_if, session)) and not (skip_if is not None and holds(skip_if, session))
    )


def holds(condition: Any, session: Session) -> bool:
    """Whether a condition of a program is true now."""
    if isinstance(condition, bool):
        return condition
    a = _value(condition["a"], session)
    match condition["op"]:
        case "truthy":
            return truthy(a)
        case "equals":
            return same(a, _value(condition["b"], session))
        case "not_equals":
            return not same(a, _value(condition["b"], session))
        case _:
            b = _value(condition["b"], session)
            return any(same(a, item) for item in b) if isinstance(b, list) else shown(a) in shown(b)


def _value(value: Any, session: Session) -> Any:
    if isinstance(value, dict):
        if set(value) == {"t"}:
            return compile_value(value["t"])(session)
        return {name: _value(item, session) for name, item in value.items()}
    return [_value(item, session) for item in value] if isinstance(value, list) else value
