"""Checks: whether an answer is what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .answer import Answer
from .session import MISSING, Failure
from .values import at_path


def compile_judge(step: dict[str, Any]) -> Callable[[Answer, Callable[[str, bool], None]], Failure | None]:
    """Runs the checks of a step, each told to a function; gives the first failure as (kind, message), or None."""
    tests = [(check["name"], compile_check(check)) for check in step["checks"]]
    status_checked = any(check["kind"] == "status" for check in step["checks"])

    def judge(answer: Answer, record: Callable[[str, bool], None]) -> Failure | None:
        failure: Failure | None = None
        for name, test in tests:
            passed = test(answer)
            record(name, passed)
            if not passed and failure is None:
                failure = ("check", name)
        if answer.status >= 400 and not status_checked:
            return ("status", f"status {answer.status}")
        return failure

    return judge


def compile_check(check: dict[str, Any]) -> Callable[[Answer], bool]:
    """Whether an answer passes a check of a program, as a function of the answer."""
    test = _CHECKS[check["kind"]]
    if check["kind"] == "status" and len(check["ranges"]) == 1:
        low, high = check["ranges"][0]
        return lambda answer: low <= answer.status <= high
    return lambda answer: test(check, answer)


def _check_body(check: dict[str, Any], answer: Answer) -> bool:
    wanted, text = check["text"], answer.text
    match check["how"]:
        case "contains":
            return wanted in text
        case "not_contains":
            return wanted not in text
        case "equals":
            return bool(wanted == text)
        case _:
            return re.search(wanted, text) is not None


def _check_json(check: dict[str, Any], answer: Answer) -> bool:
    value = (
        MISSING
        if answer.json is None and answer.text.strip() != "null"
        else at_path(answer.json, check["path"])
    )
    if value is MISSING:
        return not check["exists"]
    if not check["exists"]:
        return False
    if "equals" in check and not _equal_json(value, check["equals"]):
        return False
    return "type" not in check or _is_type(value, check["type"])


def _equal_json(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)


def _is_type(value: Any, kind: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "integer":
            return number and float(value).is_integer()
        case "number":
            return number
    return isinstance(value, _TYPES[kind])


_TYPES = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def _check_header(check: dict[str, Any], answer: Answer) -> bool:
    value = answer.headers.get(check["header"].lower())
    if value is None or not check["exists"]:
        return (value is None) == (not check["exists"])
    equals, contains = check.get("equals"), check.get("contains")
    return (equals is None or equals == value) and (contains is None or contains in value)


def _check_size(check: dict[str, Any], answer: Answer) -> bool:
    size = len(answer.body)
    return bool(check["min"] <= size and (check["max"] is None or size <= check["max"]))


_CHECKS: dict[str, Callable[[dict[str, Any], Answer], bool]] = {
    "status": lambda check, answer: any(low <= answer.status <= high for low, high in check["ranges"]),
    "body": _check_body,
    "json": _check_json,
    "header": _check_header,
    "time": lambda check, answer: answer.elapsed_s < check["under_s"],
    "size": _check_size,
}
