"""Queries of RFC 9535 into a JSON document: compiled once, each a function that finds any number of values.

Their form is that of ``plan/jsonpath_query.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .session import MISSING
from .values import equal_json, less

MOST_VALUES = 1_000_000
"""The most values that one query looks at in one document."""


class TooMuch(Exception):
    """A query looks at more values than are allowed."""


class _Search:
    """One search: its document, and how many values it may still look at."""

    __slots__ = ("left", "root")

    def __init__(self, root: Any) -> None:
        self.root = root
        self.left = MOST_VALUES

    def looks_at(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise TooMuch(f"the query looks at more than {MOST_VALUES} values")


_Values = list[Any]
_Steps = Callable[[Any, _Search], _Values]
_Select = Callable[[Any, _Search], _Values]
_Test = Callable[[Any, _Search], bool]


def compile_query(query: list[Any]) -> Callable[[Any], list[Any]]:
    """All values that a query finds, in order, as a function of the document; TooMuch when it looks at too many."""
    steps = _steps(query)
    return lambda document: steps(document, _Search(document))


def _steps(query: list[Any]) -> _Steps:
    segments = [
        (kind == "descend", [_SELECTORS[name](*rest) for name, *rest in selectors])
        for kind, selectors in query
    ]

    def found(value: Any, search: _Search) -> _Values:
        values = [value]
        for descends, selects in segments:
            before = _all_in(values, search) if descends else values
            values = []
            for one in before:
                for select in selects:
                    values += select(one, search)
        return values

    return found


def _all_in(values: _Values, search: _Search) -> Iterator[Any]:
    """Values and all that is in them that can hold others, each before what is in it."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        yield value
        inside = _children(value)
        search.looks_at(1 + len(inside))
        waiting += [one for one in reversed(inside) if isinstance(one, dict | list)]


def _children(value: Any) -> _Values:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _name(name: str) -> _Select:
    return lambda value, search: [value[name]] if isinstance(value, dict) and name in value else []


def _index(index: int) -> _Select:
    def select(value: Any, search: _Search) -> _Values:
        inside = isinstance(value, list) and -len(value) <= index < len(value)
        return [value[index]] if inside else []

    return select


def _slice(start: int | None, stop: int | None, step: int | None) -> _Select:
    def select(value: Any, search: _Search) -> _Values:
        if step == 0 or not isinstance(value, list):
            return []
        values = value[start:stop:step]
        search.looks_at(len(values))
        return values

    return select


def _all(value: Any, search: _Search) -> _Values:
    inside = _children(value)
    search.looks_at(len(inside))
    return inside


def _filter(expression: list[Any]) -> _Select:
    test = _test(expression)

    def select(value: Any, search: _Search) -> _Values:
        inside = _children(value)
        search.looks_at(len(inside))
        return [one for one in inside if test(one, search)]

    return select


_SELECTORS: dict[str, Callable[..., _Select]] = {
    "name": _name,
    "index": _index,
    "slice": _slice,
    "all": lambda: _all,
    "filter": _filter,
}


def _test(expression: list[Any]) -> _Test:
    """What an expression says of a value: whether it holds, or a query finds anything."""
    kind, *rest = expression
    match kind:
        case "and" | "or":
            a, b = map(_test, rest)
            if kind == "and":
                return lambda value, search: a(value, search) and b(value, search)
            return lambda value, search: a(value, search) or b(value, search)
        case "not":
            inner = _test(rest[0])
            return lambda value, search: not inner(value, search)
        case "at" | "root":
            found = _found(expression)
            return lambda value, search: bool(found(value, search))
        case "match":
            return _match(*rest)
    left, right, compare = _value(rest[0]), _value(rest[1]), _COMPARISONS[kind]
    return lambda value, search: compare(left(value, search), right(value, search))


def _match(argument: list[Any], pattern: str | None) -> _Test:
    text = _value(argument)
    if pattern is None:
        return lambda value, search: False
    find = re.compile(pattern).search

    def matches(value: Any, search: _Search) -> bool:
        found = text(value, search)
        return isinstance(found, str) and find(found) is not None

    return matches


def _found(expression: list[Any]) -> _Steps:
    """The values that a query in an expression finds."""
    kind, query = expression
    steps = _steps(query)
    if kind == "at":
        return steps
    return lambda value, search: steps(search.root, search)


def _value(expression: list[Any]) -> Callable[[Any, _Search], Any]:
    """The one value of an expression, or MISSING."""
    kind, argument = expression
    match kind:
        case "literal":
            return lambda value, search: argument
        case "length":
            of = _value(argument)
            return lambda value, search: _length(of(value, search))
        case "count":
            all_of = _found(argument)
            return lambda value, search: len(all_of(value, search))
        case "value":
            return _only(_found(argument))
    return _only(_found(expression))


def _only(found: _Steps) -> Callable[[Any, _Search], Any]:
    def only(value: Any, search: _Search) -> Any:
        values = found(value, search)
        return values[0] if len(values) == 1 else MISSING

    return only


def _length(value: Any) -> Any:
    return len(value) if isinstance(value, str | list | dict) else MISSING


def _equal(a: Any, b: Any) -> bool:
    return a is b if a is MISSING or b is MISSING else equal_json(a, b)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda a, b: not _equal(a, b),
    "<": less,
    "<=": lambda a, b: less(a, b) or _equal(a, b),
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: less(b, a) or _equal(a, b),
}
