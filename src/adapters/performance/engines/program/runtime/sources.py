"""Sources: where the values of an answer are found that checks look at and extractors take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .answer import Answer
from .jsonpath import TooMuch, compile_query
from .markup import css_source, xpath_source
from .session import MISSING
from .values import at_path

Source = Callable[[Answer], Iterable[Any]]
"""The values that an answer has there, in order; TooMuch where it would take too long."""

READS_BODY = frozenset({"body", "json", "jmespath", "regex", "css", "xpath", "size", "python"})
"""Kinds of checks and extractors that look at the body of an answer."""
READS_STATUS_ONLY = frozenset({"status", "time"})
"""Kinds that look at neither the headers nor the body."""


def compile_source(entry: dict[str, Any]) -> Source:
    """Where a check or an extractor of a program finds its values."""
    return _SOURCES[entry["kind"]](entry)


def _json(entry: dict[str, Any]) -> Source:
    if "query" in entry:
        find = compile_query(entry["query"])
        return lambda answer: () if answer.document is MISSING else find(answer.document)
    path = entry["path"]
    return lambda answer: _one(at_path(answer.document, path))


def _one(value: Any) -> tuple[Any, ...]:
    return () if value is MISSING else (value,)


def _jmespath(entry: dict[str, Any]) -> Source:
    import jmespath

    expression = jmespath.compile(entry["expression"])

    def find(answer: Answer) -> Iterable[Any]:
        if answer.document is MISSING:
            return ()
        try:
            found = expression.search(answer.document)
        except (
            jmespath.exceptions.JMESPathError,
            ArithmeticError,
        ):  # of values that a function does not take
            return ()
        except RecursionError:
            raise TooMuch("the document is nested too deep") from None
        return () if found is None else (found,)

    return find


def _regex(entry: dict[str, Any]) -> Source:
    expression, group = re.compile(entry["regex"]), entry["group"]

    def find(answer: Answer) -> Iterator[Any]:
        for match in expression.finditer(answer.text):
            found = match[group]
            yield MISSING if found is None else found

    return find


def _header(entry: dict[str, Any]) -> Source:
    name = entry["header"].lower()
    return lambda answer: _one(answer.headers.get(name, MISSING))


def _cookie(entry: dict[str, Any]) -> Source:
    name = entry["cookie"]
    return lambda answer: _one(answer.cookies.get(name, MISSING))


_SOURCES: dict[str, Callable[[dict[str, Any]], Source]] = {
    "json": _json,
    "jmespath": _jmespath,
    "regex": _regex,
    "header": _header,
    "cookie": _cookie,
    "css": css_source,
    "xpath": xpath_source,
    "body": lambda entry: lambda answer: (answer.text,),
    "status": lambda entry: lambda answer: (answer.status,),
}
