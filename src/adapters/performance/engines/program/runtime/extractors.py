"""Extractors: values of an answer that later steps use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from .answer import Answer
from .chance import below
from .jsonpath import TooMuch
from .session import MISSING, Failure, Session
from .sources import READS_STATUS_ONLY, compile_single, compile_source
from .transforms import Unfit, compile_transforms


def compile_extract(step: dict[str, Any]) -> Callable[[Answer, Session], Failure | None]:
    """Takes the values that a step asks for into the session; one that is not there is a failure (kind, message)."""
    entries = [(entry["var"], _compile_taking(entry), entry) for entry in step["extract"]]

    def extract(answer: Answer, session: Session) -> Failure | None:
        for variable, take, entry in entries:
            why = "absent"
            try:
                value = take(answer, session)
            except Unfit:
                value, why = MISSING, "unfit"
            except (TooMuch, RecursionError):  # the latter from a document nested too deep
                value, why = MISSING, "too_much"
            if value is MISSING:
                value = entry.get("default", MISSING)
            if value is MISSING:
                session.variables.pop(variable, None)
                return ("extract", entry.get(why) or f"{step['name']}: no value for {variable}")
            session.variables[variable] = value
        return None

    return extract


def _compile_taking(entry: dict[str, Any]) -> Callable[[Answer, Session], Any]:
    """The value that an extractor takes, or MISSING; Unfit, TooMuch."""
    single = compile_single(entry)
    if single is not None and entry.get("index", 0) == 0 and not entry.get("transform"):
        return lambda answer, session: single(answer)
    find, pick = compile_source(entry), _compile_pick(entry.get("index", 0))
    change = compile_transforms(entry.get("transform", []))
    if change is None:
        return lambda answer, session: pick(find(answer), session)
    each = entry.get("index") == "all"

    def take(answer: Answer, session: Session) -> Any:
        value = pick(find(answer), session)
        if value is MISSING:
            return MISSING
        return [change(one) for one in value] if each else change(value)

    return take


def _compile_pick(index: Any) -> Callable[[Iterable[Any], Session], Any]:
    """One of several values, or all of them."""
    match index:
        case int() if index >= 0:
            return lambda values, session: next(islice(values, index, None), MISSING)
        case int():
            return lambda values, session: _from_the_end(list(values), index)
        case "last":
            return lambda values, session: _from_the_end(list(values), -1)
        case "random":
            return _pick_any
        case "count":
            return lambda values, session: len(_there(values))
    return lambda values, session: _there(values) or MISSING


def _from_the_end(values: list[Any], index: int) -> Any:
    return values[index] if -index <= len(values) else MISSING


def _pick_any(values: Iterable[Any], session: Session) -> Any:
    found = _there(values)
    return found[below(session.random, len(found))] if found else MISSING


def _there(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not MISSING]


def reads_more_than_the_status(step: dict[str, Any]) -> bool:
    """Whether a check or an extractor of a step looks at the headers or the body of an answer."""
    return any(entry["kind"] not in READS_STATUS_ONLY for entry in (*step["checks"], *step["extract"]))
