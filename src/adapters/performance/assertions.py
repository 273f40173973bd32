"""Checks as functions: for single answers in a test, and as ``checks`` of plans made in Python.

``run_assertions`` judges an answer of httpx or of an ``HTTPXClient``, or one that is a mapping: ``status_code`` (or
``status``), ``headers`` (a mapping, pairs, or lines), ``body`` (or ``text``, ``content``, ``json``), and the time it
took as ``response_time_us``, ``response_time_ms`` or ``elapsed_s``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..http.cookies import cookie_pair
from .engines.program.answers import compile_check
from .engines.program.found import what_was_found
from .engines.program.runtime import Answer, Session
from .engines.program.runtime import compile_check as compiled
from .engines.program.texts import Texts
from .errors import UsageError
from .plan.checks import BodyCheck, BodyTest, Check, HeaderCheck, JsonCheck, StatusCheck, TimeCheck
from .plan.masking import Secrets

ANYTHING: Any = ...
"""In place of a value: any will do."""


def status_is(status: int | str | Sequence[int | str], message: str = "") -> StatusCheck:
    """The status is this one, of a class such as ``"2xx"``, in a range such as ``"200-204"``, or one of several."""
    return StatusCheck.model_validate({"status": status, **_said(message)})


def response_time_under(milliseconds: float, message: str = "") -> TimeCheck:
    """The answer took less than this."""
    return TimeCheck.model_validate({"time_under": milliseconds / 1000, **_said(message)})


def body_contains(text: str, case_sensitive: bool = True, message: str = "") -> BodyCheck:
    """The body contains a text."""
    test = {"contains": text} if case_sensitive else {"matches": f"(?i){re.escape(text)}"}
    return BodyCheck(body=BodyTest(**test), **_said(message))


def body_matches(pattern: str, message: str = "") -> BodyCheck:
    """A regular expression is found in the body."""
    return BodyCheck(body=BodyTest(matches=pattern), **_said(message))


def json_path(path: str, value: Any = ANYTHING, exists: bool = True, message: str = "") -> JsonCheck:
    """There is something (or with ``exists=False`` nothing) at a path of the JSON body, and it equals ``value``."""
    wanted = {} if value is ANYTHING else {"equals": value}
    absent = {} if exists else {"exists": False}
    return JsonCheck.model_validate({"json": path, **wanted, **absent, **_said(message)})


def header_exists(name: str, value: str | None = None, message: str = "") -> HeaderCheck:
    """There is a header, and it equals ``value``."""
    wanted = {} if value is None else {"equals": value}
    return HeaderCheck(header=name, **wanted, **_said(message))


def run_assertions(
    response: Any, assertions: Iterable[Check], fail_fast: bool = True
) -> tuple[bool, list[str]]:
    """Whether an answer passes all checks, and what is wrong with it: the first failure, or all of them.

    A failure says what was there, shortened, secrets masked, or the check's own ``message``. UsageError when
    ``response`` is no answer.
    """
    answer, session, texts = answer_of(response), Session(0, {}, None), Texts(frozenset(), {})
    failures: list[str] = []
    for check in assertions:
        hide = Secrets({"checks": [check.model_dump(by_alias=True, exclude_unset=True)]}, {}).hide
        entry = compile_check("", check, texts, hide)
        outcome = compiled(entry)(answer, session)
        if outcome is True:
            continue
        why = outcome if isinstance(outcome, str) else what_was_found(entry, answer)
        failures.append(check.message or f"{entry['name'].removeprefix(': ')}: {why}")
        if fail_fast:
            break
    return not failures, failures


def _said(message: str) -> dict[str, Any]:
    return {"message": message} if message else {}


def answer_of(response: Any) -> Answer:
    """An answer in the form that checks look at; UsageError when it is none."""
    if isinstance(response, Mapping):
        return _of_mapping(response)
    status, headers, content = (
        getattr(response, name, None) for name in ("status_code", "headers", "content")
    )
    if not isinstance(status, int) or not isinstance(headers, Mapping) or not isinstance(content, bytes):
        raise UsageError(
            f"a {type(response).__name__} is no answer: it has no status_code, headers and content",
            hint="give a response of httpx, or a mapping with status_code, headers and body",
        )
    pairs = headers.multi_items() if hasattr(headers, "multi_items") else list(headers.items())
    return Answer(status, pairs, content, _elapsed_of(response), _cookies(pairs))


def _elapsed_of(response: Any) -> float:
    """How long an answer took, in seconds; NaN when that is not known."""
    timing = getattr(response, "extensions", {}).get("timing")
    if timing is not None:
        return float(timing.total_s)
    try:
        return float(response.elapsed.total_seconds())
    except (AttributeError, RuntimeError):  # httpx has none for an answer that was not read to its end
        return math.nan


def _of_mapping(response: Mapping[str, Any]) -> Answer:
    status = response.get("status_code", response.get("status"))
    if not isinstance(status, int):
        raise UsageError("an answer given as a mapping needs its status_code, a number")
    pairs = _pairs(response.get("headers") or {})
    cookies = {**_cookies(pairs), **(response.get("cookies") or {})}
    return Answer(status, pairs, _body(response), _elapsed_in(response), cookies)


def _pairs(headers: Any) -> list[tuple[str, str]]:
    """Headers that are a mapping, pairs, or lines of text."""
    if isinstance(headers, Mapping):
        several = ((name, value if isinstance(value, list) else [value]) for name, value in headers.items())
        return [(str(name), str(value)) for name, values in several for value in values]
    if isinstance(headers, str):
        lines = (line.partition(":") for line in headers.splitlines())
        return [(name.strip(), value.strip()) for name, colon, value in lines if colon]
    return [(str(name), str(value)) for name, value in headers]


def _body(response: Mapping[str, Any]) -> bytes:
    content = next(
        (response[name] for name in ("content", "body", "text") if response.get(name) is not None), None
    )
    if content is None and "json" in response:
        content = json.dumps(response["json"])
    return content if isinstance(content, bytes) else str(content or "").encode()


_UNITS = {"response_time_us": 1e-6, "response_time_ms": 1e-3, "elapsed_s": 1.0}


def _elapsed_in(response: Mapping[str, Any]) -> float:
    known = [response[name] * unit for name, unit in _UNITS.items() if response.get(name) is not None]
    return float(known[0]) if known else math.nan


def _cookies(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(cookie_pair(value) for name, value in pairs if name.lower() == "set-cookie")
