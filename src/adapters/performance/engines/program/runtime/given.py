"""Values that a plan gives: JSON with templates in it, which keep the types of what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .session import MISSING, Session
from .texts import compile_text, look_up

Given = Callable[[Session], Any]


def compile_value(value: Any, otherwise: Callable[[dict[str, Any]], Any]) -> Given:
    """A value of a program as a function of the session; ``otherwise`` says what no value becomes."""
    match value:
        case {"t": text}:
            return _typed(text, otherwise)
        case {"o": dict() as members}:
            made = {name: compile_value(item, otherwise) for name, item in members.items()}
            return lambda session: {name: item(session) for name, item in made.items()}
        case list():
            items = [compile_value(item, otherwise) for item in value]
            return lambda session: [item(session) for item in items]
    return lambda session: value


def or_none(part: dict[str, Any]) -> Any:
    """The default of a placeholder, or None."""
    return part["default"]


def or_text(part: dict[str, Any]) -> Any:
    """The default of a placeholder, or its text as written."""
    return part["text"] if part["default"] is None else part["default"]


def or_missing(part: dict[str, Any]) -> Any:
    """The default of a placeholder, or MISSING."""
    return MISSING if part["default"] is None else part["default"]


def _typed(text: str | list[Any], otherwise: Callable[[dict[str, Any]], Any]) -> Given:
    """A text that is one placeholder keeps the type of its value."""
    if isinstance(text, list) and len(text) == 1 and not isinstance(text[0], str):
        find, instead = look_up(text[0]), otherwise(text[0])

        def found(session: Session) -> Any:
            value = find(session)
            return instead if value is MISSING else value

        return found
    rendered = compile_text(text)
    return rendered if callable(rendered) else lambda session: rendered
