"""Checks that are functions of the user's own, and what these see of an answer."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .answer import Answer
from .session import MISSING, Session


class AnswerView:
    """An answer, to be looked at: status, headers by lower-case name, cookies it set, body, text, JSON, time taken."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return MappingProxyType(self._answer.headers)

    @property
    def cookies(self) -> Mapping[str, str]:
        return MappingProxyType(self._answer.cookies)

    @property
    def body(self) -> bytes:
        return self._answer.body

    @property
    def text(self) -> str:
        return self._answer.text

    @property
    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        if self._answer.document is MISSING:
            raise ValueError("the body is no JSON")
        return self._answer.document

    @property
    def elapsed_s(self) -> float:
        return self._answer.elapsed_s


def load_check(check: dict[str, Any]) -> Callable[[Answer, Session], bool | str]:
    """A check by the function that it names; what it raises, or returns beside True and False, is told by its type."""
    function = load_function(check["function"], check["folder"])

    def test(answer: Answer, session: Session) -> bool | str:
        try:
            passed = function(AnswerView(answer))
        except Exception as error:
            return f"it raised {type(error).__name__}"
        return (
            passed if isinstance(passed, bool) else f"it returned {type(passed).__name__}, not True or False"
        )

    return test


def load_function(name: str, folder: str) -> Callable[..., Any]:
    """The function ``module:function``, its module looked for in ``folder`` first; raises what its import raises."""
    module, _, attributes = name.partition(":")
    sys.path.insert(0, folder)
    try:
        found: Any = importlib.import_module(module)
    finally:
        sys.path.remove(folder)
        if folder not in sys.path:
            sys.path.append(folder)  # for what the function imports itself, behind everything else
    for attribute in attributes.split("."):
        found = getattr(found, attribute)
    if not callable(found):
        raise TypeError(f"{name} is no function")
    function: Callable[..., Any] = found
    return function
