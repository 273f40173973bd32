"""Tests of single values: what they must be equal to, hold, or be like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .session import MISSING, Session
from .texts import compile_text, look_up, text_of
from .values import equal_json, is_number, less, same, shown

Holds = Callable[[Any, Session], bool]
Operand = Callable[[Session], Any]


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
        compare, operand = _COMPARISONS[op], compile_operand(test["template"])
        return lambda value, session: compare(value, operand(session), same)
    compare, wanted = _COMPARISONS[op], test["value"]
    return lambda value, session: compare(value, wanted, equal_json)


def _schema(schema: Any) -> Holds:
    import jsonschema
    import referencing

    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    validator = kind(schema, registry=referencing.Registry())  # of what it refers to, nothing is fetched

    def holds(value: Any, session: Session) -> bool:
        try:
            return bool(validator.is_valid(value))
        except (RecursionError, referencing.exceptions.Unresolvable):
            return False

    return holds


def compile_operand(value: Any) -> Operand:
    """A JSON value in which strings are texts ``{"t": text}``, as a function of the session."""
    match value:
        case {"t": str() as text}:
            return lambda session: text
        case {"t": [dict() as part]}:
            return _typed(part)
        case {"t": text}:
            render = compile_text(text)
            return lambda session: text_of(render, session)
        case dict():
            members = {name: compile_operand(item) for name, item in value.items()}
            return lambda session: {name: item(session) for name, item in members.items()}
        case list():
            items = [compile_operand(item) for item in value]
            return lambda session: [item(session) for item in items]
    return lambda session: value


def _typed(part: dict[str, Any]) -> Operand:
    """A text that is one placeholder keeps the type of its value."""
    find = look_up(part)
    otherwise = part["text"] if part["default"] is None else part["default"]

    def operand(session: Session) -> Any:
        value = find(session)
        return otherwise if value is MISSING else value

    return operand


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
    "greater_than": lambda value, wanted, equal: less(wanted, value),
    "at_least": lambda value, wanted, equal: less(wanted, value) or equal_json(wanted, value),
    "less_than": lambda value, wanted, equal: less(value, wanted),
    "at_most": lambda value, wanted, equal: less(value, wanted) or equal_json(wanted, value),
}
