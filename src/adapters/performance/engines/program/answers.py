"""Checks and extractors as program entries: named, and with their paths and ranges resolved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...errors import PlanError
from ...plan import checks, extract
from ...plan.transforms import as_data
from .runtime.custom import load_function
from .sources import shown_source, source
from .texts import Texts
from .words import in_words

Hide = Callable[[str], str]


def compile_check(label: str, check: checks.Check, texts: Texts, hide: Hide) -> dict[str, Any]:
    """A check with a name that says what must hold of which request; ``hide`` takes secrets out of it."""
    entry = _check(check, texts)
    return {**entry, "name": f"{label}: {hide(check.message or entry['name'])}"}


def _check(check: checks.Check, texts: Texts) -> dict[str, Any]:
    match check:
        case checks.StatusCheck():
            ranges = check.ranges()
            return {
                "kind": "status",
                "ranges": ranges,
                "name": f"status is {', '.join(_status(*bounds) for bounds in ranges)}",
            }
        case checks.TimeCheck():
            return {
                "kind": "time",
                "under_s": check.time_under,
                "name": f"time under {check.time_under * 1000:g} ms",
            }
        case checks.SizeCheck():
            size = check.size
            most = "" if size.max is None else f" and at most {size.max}"
            return {
                "kind": "size",
                "min": size.min,
                "max": size.max,
                "name": f"size at least {size.min}{most} bytes",
            }
        case checks.PythonCheck():
            return _python(check.python, str(Path.cwd()))
        case checks.BodyCheck():
            return _of_values(check, check.body, texts)
    return _of_values(check, check, texts)


def _python(function: str, folder: str) -> dict[str, Any]:
    """A check by a function, which is imported once here, so that what is wrong with it is said before the launch."""
    try:
        load_function(function, folder)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise PlanError(
            f"the check python: {function} cannot be had: {why}",
            hint=f"modules are looked for in {folder} first",
        ) from error
    return {"kind": "python", "function": function, "folder": folder, "name": f"{function} says True"}


def _status(low: int, high: int) -> str:
    if low == high:
        return str(low)
    return f"{low // 100}xx" if (low % 100, high - low) == (0, 99) else f"{low}-{high}"


def _of_values(check: Any, test: Any, texts: Texts) -> dict[str, Any]:
    """A check of the values that are found somewhere; ``test`` has the fields that say what they must be like."""
    given = {
        name.rstrip("_"): getattr(test, name)
        for name in type(test).model_fields
        if name in test.model_fields_set and name.rstrip("_") in _TESTS
    }
    exists, count = getattr(check, "exists", True), getattr(check, "count", None)
    wanted = [in_words(op, value) for op, value in given.items()]
    wanted += [] if count is None else [f"is there {count} times"]
    says = " and ".join(wanted) or ("exists" if exists else "is absent")
    return {
        **source(check),
        "exists": exists,
        **({} if count is None else {"count": count}),
        "tests": [_test(op, value, texts) for op, value in given.items()],
        "name": f"{shown_source(check)} {says}",
    }


_TESTS = frozenset(
    {
        *("equals", "not_equals", "type", "more_than", "at_least", "less_than", "at_most", "contains"),
        *("not_contains", "matches", "in", "length", "schema"),
    }
)
_AS_WRITTEN = ("matches", "schema", "type", "length")
"""Tests whose operand holds no templates."""


def _test(op: str, value: Any, texts: Texts) -> dict[str, Any]:
    value = list(value) if isinstance(value, tuple) else value
    if op in _AS_WRITTEN:
        return {"op": op, "value": value}
    template = texts.value(value)
    plain = _without_placeholders(template)
    return {"op": op, "template": template} if plain is None else {"op": op, "value": plain[0]}


def _without_placeholders(value: Any) -> tuple[Any] | None:
    """The value of a template in which nothing is filled in; None where something is."""
    match value:
        case {"t": text}:
            return (text,) if isinstance(text, str) else None
        case {"o": dict() as given}:
            members = {name: _without_placeholders(item) for name, item in given.items()}
            return (
                None
                if None in members.values()
                else ({name: item[0] for name, item in members.items() if item},)
            )
        case list():
            items = [_without_placeholders(item) for item in value]
            return None if None in items else ([item[0] for item in items if item],)
    return (value,)


def compile_extractor(label: str, variable: str, extractor: extract.Extractor, hide: Hide) -> dict[str, Any]:
    """An extractor with its target variable, and what is said when there is no value; ``default`` only if there is."""
    missing = f"{label}: no value for {variable}: {hide(shown_source(extractor))}"
    transforms = as_data(extractor.transform)
    entry: dict[str, Any] = {
        "var": variable,
        **source(extractor),
        "index": getattr(extractor, "index", 0),
        "transform": transforms,
        "absent": missing,
        "unfit": f"{missing} is not fit for {', '.join(name for name, *_ in transforms)}",
        "too_much": f"{missing} is more than is searched",
    }
    return {**entry, "default": extractor.default} if "default" in extractor.model_fields_set else entry
