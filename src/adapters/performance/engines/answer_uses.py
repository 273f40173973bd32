"""What of a plan's features its checks and extractors use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..plan import checks, extract
from ..plan.template import parse, placeholders

_CHECKS: list[tuple[type, str]] = [
    (checks.StatusCheck, "status"),
    (checks.BodyCheck, "body"),
    (checks.JsonCheck, "json"),
    (checks.JmesCheck, "jmespath"),
    (checks.HeaderCheck, "header"),
    (checks.CookieCheck, "cookie"),
    (checks.InputCheck, "input"),
    (checks.CssCheck, "html"),
    (checks.XPathCheck, "html"),
    (checks.TimeCheck, "time"),
    (checks.SizeCheck, "size"),
    (checks.PythonCheck, "python"),
]
_EXTRACTORS: list[tuple[type, str]] = [
    (extract.JsonExtract, "json"),
    (extract.JmesExtract, "jmespath"),
    (extract.HeaderExtract, "header"),
    (extract.CookieExtract, "cookie"),
    (extract.RegexExtract, "regex"),
    (extract.InputExtract, "input"),
    (extract.CssExtract, "css"),
    (extract.XPathExtract, "xpath"),
    (extract.BodyExtract, "body"),
    (extract.StatusExtract, "status"),
]


def check_features(check: checks.Check) -> Iterator[str]:
    """The features that a check uses."""
    test: Any = check.body if isinstance(check, checks.BodyCheck) else check
    if getattr(test, "matches", None) is not None:
        yield "check.regex"
    if not isinstance(check, checks.BodyCheck) or check.body.matches is None:
        yield "check." + next(kind for model, kind in _CHECKS if isinstance(check, model))
    if getattr(check, "schema_", None) is not None:
        yield "check.schema"
    if any(map(_has_placeholder, checks.filled_in(check).values())):
        yield "check.template"


def extractor_features(extractor: extract.Extractor) -> Iterator[str]:
    """The features that an extractor uses."""
    yield "extract." + next(kind for model, kind in _EXTRACTORS if isinstance(extractor, model))
    if getattr(extractor, "index", 0) == "random":
        yield "extract.random"


def _has_placeholder(value: object) -> bool:
    match value:
        case str():
            return any(True for _ in placeholders(parse(value)))
        case dict():
            return any(map(_has_placeholder, value.values()))
        case list() | tuple():
            return any(map(_has_placeholder, value))
    return False
