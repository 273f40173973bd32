"""Sources: where the values of an answer are found that checks look at and extractors take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .answer import Answer
from .fields import field_values
from .jsonpath import compile_query
from .markup import css_source, xpath_source
from .session import MISSING
from .values import at_path

Source = Callable[[Answer], Iterable[Any]]
"""The values that an answer has there, in order; TooMuch where it would take too long."""

READS_BODY = frozenset({"body", "json", "jmespath", "regex", "input", "css", "xpath", "size", "python"})
"""Kinds of checks and extractors that look at the body of an answer."""
READS_STATUS_ONLY = frozenset({"status", "time"})
"""Kinds that look at neither the headers nor the body."""


def compile_source(entry: dict[str, Any]) -> Source:
    """Where a check or an extractor of a program finds its values."""
    single = compile_single(entry)
    if single is None:
        return _SOURCES[entry["kind"]](entry)

    def find(answer: Answer) -> Iterable[Any]:
        value = single(answer)
        return () if value is MISSING else (value,)

    return find


def compile_single(entry: dict[str, Any]) -> Callable[[Answer], Any] | None:
    """The one value that there can be, or MISSING, as a function of the answer; None where there may be several."""
    match entry["kind"]:
        case "json" if "path" in entry:
            path = entry["path"]
            return lambda answer: at_path(answer.document, path)
        case "header":
            name = entry["header"].lower()
            return lambda answer: answer.headers.get(name, MISSING)
        case "cookie":
            name = entry["cookie"]
            return lambda answer: answer.cookies.get(name, MISSING)
        case "body":
            return lambda answer: answer.text
        case "status":
            return lambda answer: answer.status
    return None


def _query(entry: dict[str, Any]) -> Source:
    find = compile_query(entry["query"])
    return lambda answer: () if answer.document is MISSING else find(answer.document)


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
        return () if found is None else (found,)

    return find


def _regex(entry: dict[str, Any]) -> Source:
    expression, group = re.compile(entry["regex"]), entry["group"]

    def find(answer: Answer) -> Iterator[Any]:
        for match in expression.finditer(answer.text):
            found = match[group]
            yield MISSING if found is None else found

    return find


_SOURCES: dict[str, Callable[[dict[str, Any]], Source]] = {
    "json": _query,
    "jmespath": _jmespath,
    "regex": _regex,
    "input": lambda entry: lambda answer: field_values(answer.text, entry["input"]),
    "css": css_source,
    "xpath": xpath_source,
}
