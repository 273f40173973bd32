"""Checks: whether an answer is what it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .answer import Answer
from .comparisons import compile_tests
from .custom import load_check
from .jsonpath import TooMuch
from .session import MISSING, Failure, Session
from .sources import compile_single, compile_source

Test = Callable[[Answer, Session], bool | str]
"""True where an answer passes; a text says why it does not."""


def compile_judge(
    step: dict[str, Any],
) -> Callable[[Answer, Session, Callable[[str, bool], None]], Failure | None]:
    """Runs the checks of a step, each told to a function; gives the first failure as (kind, message), or None."""
    tests = [(check["name"], compile_check(check)) for check in step["checks"]]
    status_checked = any(check["kind"] == "status" for check in step["checks"])

    def judge(answer: Answer, session: Session, record: Callable[[str, bool], None]) -> Failure | None:
        failure: Failure | None = None
        for name, test in tests:
            passed = test(answer, session)
            record(name, passed is True)
            if passed is not True and failure is None:
                failure = ("check", f"{name}: {passed}" if passed else name)
        if answer.status >= 400 and not status_checked:
            return ("status", f"status {answer.status}")
        return failure

    return judge


def compile_check(check: dict[str, Any]) -> Test:
    """Whether an answer passes a check of a program, as a function of the answer and the user's session."""
    return _CHECKS.get(check["kind"], _values)(check)


def _status(check: dict[str, Any]) -> Test:
    ranges = check["ranges"]
    if len(ranges) == 1:
        low, high = ranges[0]
        return lambda answer, session: low <= answer.status <= high
    return lambda answer, session: any(low <= answer.status <= high for low, high in ranges)


def _time(check: dict[str, Any]) -> Test:
    under_s = check["under_s"]
    return lambda answer, session: answer.elapsed_s < under_s


def _size(check: dict[str, Any]) -> Test:
    least, most = check["min"], check["max"]
    return lambda answer, session: least <= len(answer.body) and (most is None or len(answer.body) <= most)


def _values(check: dict[str, Any]) -> Test:
    """Every value that is found passes every test, and there is one; or there are so many, or none."""
    find, holds = compile_source(check), compile_tests(check["tests"])
    exists, count, single = check["exists"], check.get("count"), compile_single(check)

    def test_single(answer: Answer, session: Session) -> bool:
        assert single is not None
        value = single(answer)
        return (value is not MISSING and holds(value, session)) if exists else value is MISSING

    def test_all(answer: Answer, session: Session) -> bool:
        values = [value for value in find(answer) if value is not MISSING]
        if not exists:
            return not values
        if len(values) != count if count is not None else not values:
            return False
        return all(holds(value, session) for value in values)

    test = test_all if single is None or count is not None else test_single

    def bounded(answer: Answer, session: Session) -> bool:
        try:
            return test(answer, session)
        except (TooMuch, RecursionError):
            return False

    return bounded


_CHECKS: dict[str, Callable[[dict[str, Any]], Test]] = {
    "status": _status,
    "time": _time,
    "size": _size,
    "python": load_check,
}
