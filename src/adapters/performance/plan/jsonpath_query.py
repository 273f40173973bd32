"""Queries of RFC 9535 that may find any number of values: parsed by a library, told as plain JSON.

A query is a list of segments ``["child" | "descend", [selector, …]]``. A selector is ``["name", text]``,
``["index", number]``, ``["slice", start, stop, step]``, ``["all"]`` or ``["filter", expression]``. An expression is
``["or" | "and", a, b]``, ``["not", a]``, ``["==" | "!=" | "<" | "<=" | ">" | ">=", a, b]``, ``["literal", json]``,
``["at" | "root", query]``, ``["length" | "count" | "value", argument]`` or ``["match", argument, pattern]``, the
pattern one for Python's ``re.search``, None where it is no text. A pattern that stands in the document is not looked
up: whoever makes the answers would then say how long a search may take.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .extras import needs_extra
from .iregexp import python_pattern

LONGEST = 4000
"""The most characters of a query."""
_MOST_EXACT = 2**53 - 1
"""The largest whole number that is exact wherever JSON is read (RFC 7493)."""
_TOO_LARGE = f"not a JSONPath query: a number in it is beyond ±{_MOST_EXACT}, up to which comparing is exact"


@lru_cache(maxsize=256)
def parse_query(text: str) -> list[Any]:
    """The segments of a query such as ``$.items[?@.price < 10].id``, ``$`` left out or not; ValueError says why not."""
    try:
        from jsonpath_rfc9535 import JSONPathError, compile
    except ImportError as error:
        raise ValueError(
            f"not a path to one value: {text!r}; {needs_extra('queries for several', 'jsonpath')}"
        ) from error
    if len(text) > LONGEST:
        raise ValueError(f"not a JSONPath query: it is longer than {LONGEST} characters")
    whole = text if text.startswith("$") else f"${text}" if text.startswith(("[", ".")) else f"$.{text}"
    try:
        return _segments(compile(whole).segments)
    except JSONPathError as error:
        raise ValueError(f"not a JSONPath query (RFC 9535): {text!r}: {error.args[0]}") from error
    except RecursionError:
        raise ValueError("not a JSONPath query: it is nested too deep") from None
    except OverflowError:
        raise ValueError(_TOO_LARGE) from None


def _segments(segments: Any) -> list[Any]:
    from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment

    return [
        [
            "descend" if isinstance(segment, JSONPathRecursiveDescentSegment) else "child",
            [_selector(selector) for selector in segment.selectors],
        ]
        for segment in segments
    ]


def _selector(selector: Any) -> list[Any]:
    from jsonpath_rfc9535 import selectors

    match selector:
        case selectors.NameSelector(name=name):
            return ["name", name]
        case selectors.IndexSelector(index=index):
            return ["index", index]
        case selectors.SliceSelector(slice=part):
            return ["slice", part.start, part.stop, part.step]
        case selectors.FilterSelector(expression=expression):
            return ["filter", _expression(expression.expression)]
    return ["all"]


def _expression(expression: Any) -> list[Any]:
    from jsonpath_rfc9535 import filter_expressions as found

    match expression:
        case found.LogicalExpression(left=left, operator=operator, right=right):
            return ["and" if operator == "&&" else "or", _expression(left), _expression(right)]
        case found.ComparisonExpression(left=left, operator=operator, right=right):
            return [operator, _expression(left), _expression(right)]
        case found.PrefixExpression(right=right):
            return ["not", _expression(right)]
        case found.RelativeFilterQuery(query=query):
            return ["at", _segments(query.segments)]
        case found.RootFilterQuery(query=query):
            return ["root", _segments(query.segments)]
        case found.FunctionExtension(name=name, args=args):
            return _call(name, *map(_expression, args))
        case found.FilterExpressionLiteral(value=value):
            return ["literal", _exact(value)]
        case found.FilterExpression(expression=inner):
            return _expression(inner)
    raise AssertionError(f"an expression of no known kind: {expression!r}")


def _exact(value: Any) -> Any:
    """A literal; ValueError for a number that the parser, or an engine, could only come near to."""
    if isinstance(value, int | float) and abs(value) > _MOST_EXACT:
        raise ValueError(_TOO_LARGE)
    return value


def _call(function: str, argument: list[Any], pattern: list[Any] | None = None) -> list[Any]:
    if pattern is None:
        return [function, argument]
    kind, value = pattern[0], pattern[1]
    if kind != "literal":
        raise ValueError(f"the pattern of {function}() is to be a text that stands in the query")
    if not isinstance(value, str):
        return ["match", argument, None]
    whole = python_pattern(value)
    return ["match", argument, whole if function == "search" else rf"\A(?:{whole})\Z"]
