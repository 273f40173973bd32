"""Conditions of a plan as conditions of a program."""

from __future__ import annotations

from typing import Any

from ...plan import conditions
from .texts import Texts


def compile_condition(condition: conditions.Condition | None, texts: Texts) -> Any:
    """A boolean, None, or ``{"op": …}``: see the package for its forms."""
    match condition:
        case None | bool():
            return condition
        case str():
            return {"op": "truthy", "a": texts.value(condition)}
        case conditions.Truthy():
            return {"op": "truthy", "a": texts.value(condition.truthy)}
        case conditions.Exists():
            return {"op": "exists", "a": texts.value(condition.exists)}
        case conditions.Matches(matches=(a, pattern)):
            return {"op": "matches", "a": texts.value(a), "b": pattern}
        case conditions.AllOf():
            return {"op": "all", "of": [compile_condition(part, texts) for part in condition.all]}
        case conditions.AnyOf():
            return {"op": "any", "of": [compile_condition(part, texts) for part in condition.any]}
        case conditions.Not():
            return {"op": "not", "a": compile_condition(condition.not_, texts)}
        case conditions.In():
            op, (a, b) = "in", condition.in_
        case compared:
            ((op, (a, b)),) = ((name, getattr(compared, name)) for name in type(compared).model_fields)
    return {"op": op, "a": texts.value(a), "b": texts.value(b)}
