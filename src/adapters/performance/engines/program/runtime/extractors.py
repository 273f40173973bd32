"""Extractors: values of an answer that later steps use."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .answer import Answer
from .forms import input_value
from .session import MISSING, Failure, Session
from .values import at_path


def compile_extract(step: dict[str, Any]) -> Callable[[Answer, Session], Failure | None]:
    """Takes the values that a step asks for into the session; one that is not there is a failure (kind, message)."""
    entries = [(entry["var"], _EXTRACTORS[entry["kind"]], entry) for entry in step["extract"]]

    def extract(answer: Answer, session: Session) -> Failure | None:
        for variable, take, entry in entries:
            value = take(entry, answer)
            if value is MISSING:
                value = entry.get("default", MISSING)
            if value is MISSING:
                session.variables.pop(variable, None)
                return ("extract", f"{step['name']}: no value for {variable}")
            session.variables[variable] = value
        return None

    return extract


def _extract_regex(entry: dict[str, Any], answer: Answer) -> Any:
    matches = list(re.finditer(entry["regex"], answer.text))
    if entry["index"] >= len(matches) or entry["group"] > (matches[0].re.groups if matches else 0):
        return MISSING
    value = matches[entry["index"]][entry["group"]]
    return MISSING if value is None else value


_EXTRACTORS: dict[str, Callable[[dict[str, Any], Answer], Any]] = {
    "json": lambda entry, answer: MISSING if answer.json is None else at_path(answer.json, entry["path"]),
    "header": lambda entry, answer: answer.headers.get(entry["header"].lower(), MISSING),
    "cookie": lambda entry, answer: answer.cookies.get(entry["cookie"], MISSING),
    "regex": _extract_regex,
    "status": lambda entry, answer: answer.status,
    "input": lambda entry, answer: input_value(answer.text, entry["input"]),
}


def reads_more_than_the_status(step: dict[str, Any]) -> bool:
    """Whether a check or an extractor of a step looks at the headers or the body of an answer."""
    read = [entry["kind"] for entry in (*step["checks"], *step["extract"])]
    return any(kind not in ("status", "time") for kind in read)
