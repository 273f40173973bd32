"""Values that a plan gives: JSON with templates in it, which keep the types of what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .lookup import look_up
from .session import MISSING, Session
from .texts import compile_text

Given = Callable[[Session], Any]


def compile_value(value: Any, otherwise: Callable[[dict[str, Any]], Any]) -> Given:
    """A value of a program as a function of the session; ``otherwise`` says what a placeholder without one becomes."""
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
    """None."""
    return None


def or_text(part: dict[str, Any]) -> Any:
    """The placeholder as it is written."""
    return part["text"]


def or_missing(part: dict[str, Any]) -> Any:
    """MISSING."""
    return MISSING


def _typed(text: str | list[Any], otherwise: Callable[[dict[str, Any]], Any]) -> Given:
    """A text that is one placeholder keeps the type of its value, or of its default."""
    if not isinstance(text, list) or len(text) != 1 or isinstance(text[0], str):
        rendered = compile_text(text)
        return rendered if callable(rendered) else lambda session: rendered
    part = text[0]
    find = look_up(part)
    instead = None if part["default"] is None else _typed(part["default"], otherwise)
    nothing = otherwise(part)

    def found(session: Session) -> Any:
        value = find(session)
        if value is not MISSING:
            return value
        return nothing if instead is None else instead(session)

    return found
