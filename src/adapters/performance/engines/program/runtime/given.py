"""Values that a plan gives: JSON with templates in it, which keep the types of what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .lookup import look_up
from .session import MISSING, Session
from .texts import compile_text

Given = Callable[[Session], Any]


def compile_value(value: Any, otherwise: Callable[[dict[str, Any]], Any]) -> Given:
    """A value of a program as a function of the session; ``otherwise`` says what neither value nor default becomes."""
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
    """The text of a placeholder, as written."""
    return part["text"]


def or_missing(part: dict[str, Any]) -> Any:
    """MISSING."""
    return MISSING


def _typed(text: str | list[Any], otherwise: Callable[[dict[str, Any]], Any]) -> Given:
    """A text that is one placeholder keeps the type of its value, and so does its default."""
    if isinstance(text, list) and len(text) == 1 and not isinstance(text[0], str):
        find, nothing, default = look_up(text[0]), otherwise(text[0]), text[0]["default"]
        instead = None if default is None else _typed(default, otherwise)

        def found(session: Session) -> Any:
            value = find(session)
            if value is not MISSING:
                return value
            return nothing if instead is None else instead(session)

        return found
    rendered = compile_text(text)
    return rendered if callable(rendered) else lambda session: rendered
