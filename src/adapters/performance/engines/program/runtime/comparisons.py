"""Tests of single values: what they must be equal to, hold, or be like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .given import compile_value, or_text
from .session import Session
from .values import equal_json, is_number, less, number_of, same, shown

Holds = Callable[[Any, Session], bool]


def compile_tests(tests: list[dict[str, Any]]) -> Holds:
    """Whether a value passes all of a check's tests: ``{op, value}``, or ``{op, template}`` where it is filled in."""
    compiled = [_compile_test(test) for test in tests]
    if len(compiled) == 1:
        return compiled[0]
    return lambda value, session: all(holds(value, session) for holds in compiled)


def _compile_test(test: dict[str, Any]) -> Holds:
    op = test["op"]
    if op == "matches":
        search = re.compile(test["value"]).search
        return lambda value, session: search(shown(value)) is not None
    if op == "schema":
        return _schema(test["value"])
    if "template" in test:
        compare, operand = _COMPARISONS[op], compile_value(test["template"], or_text)
        return lambda value, session: compare(value, operand(session), same)
    compare, wanted = _COMPARISONS[op], test["value"]
    if op == "equals":
        return lambda value, session: equal_json(value, wanted)
    if op == "contains" and isinstance(wanted, str):
        return lambda value, session: (
            wanted in value if isinstance(value, str) else compare(value, wanted, equal_json)
        )
    return lambda value, session: compare(value, wanted, equal_json)


def _schema(schema: Any) -> Holds:
    import jsonschema
    import referencing

    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    validator = kind(schema, registry=referencing.Registry())  # of what it refers to, nothing is fetched

    def holds(value: Any, session: Session) -> bool:
        try:
            return bool(validator.is_valid(value))
        except referencing.exceptions.Unresolvable:
            return False

    return holds


_Equal = Callable[[Any, Any], bool]


def _contains(value: Any, wanted: Any, equal: _Equal) -> bool:
    match value:
        case str():
            return shown(wanted) in value
        case list():
            return any(equal(item, wanted) for item in value)
        case dict():
            return shown(wanted) in value
    return False


def _in(value: Any, wanted: Any, equal: _Equal) -> bool:
    return isinstance(wanted, list) and any(equal(value, item) for item in wanted)


def _less(a: Any, b: Any, equal: _Equal) -> bool:
    """Less; where a value was filled in, a text that is written as a number is one."""
    if equal is same:
        one, other = number_of(a), number_of(b)
        if one is not None and other is not None:
            return one < other
    return less(a, b)


def _type(value: Any, wanted: Any, equal: _Equal) -> bool:
    match wanted:
        case "integer":
            return is_number(value) and (isinstance(value, int) or value.is_integer())
        case "number":
            return is_number(value)
    return isinstance(value, _TYPES[wanted])


def _length(value: Any, wanted: Any, equal: _Equal) -> bool:
    return isinstance(value, str | list | dict) and len(value) == wanted


_TYPES = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}
_COMPARISONS: dict[str, Callable[[Any, Any, _Equal], bool]] = {
    "equals": lambda value, wanted, equal: equal(value, wanted),
    "not_equals": lambda value, wanted, equal: not equal(value, wanted),
    "contains": _contains,
    "not_contains": lambda value, wanted, equal: not _contains(value, wanted, equal),
    "in": _in,
    "type": _type,
    "length": _length,
    "more_than": lambda value, wanted, equal: _less(wanted, value, equal),
    "at_least": lambda value, wanted, equal: _less(wanted, value, equal) or equal(wanted, value),
    "less_than": lambda value, wanted, equal: _less(value, wanted, equal),
    "at_most": lambda value, wanted, equal: _less(value, wanted, equal) or equal(value, wanted),
}
