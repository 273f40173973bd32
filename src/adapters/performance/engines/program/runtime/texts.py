"""Texts with placeholders: compiled once, filled in for a session as often as they are sent."""

from __future__ import annotations

import base64
from typing import Any

from .calls import NUMBERS
from .encodings import INSERTED, URL_SAFE, encode
from .lookup import look_up
from .session import MISSING, Render, Session

__all__ = ["URL_SAFE", "compile_text", "encode", "text_of"]


def compile_text(text: str | list[Any]) -> str | Render:
    """A program text as a constant, or as a function of the session."""
    if isinstance(text, str):
        return text
    literals, renders = [""], []
    for part in text:
        if isinstance(part, str):
            literals[-1] += part
        else:
            renders.append(_placeholder(part))
            literals.append("")
    return _joined(literals, renders) if renders else literals[0]


def text_of(compiled: str | Render, session: Session) -> str:
    """The text of a constant or a function of the session."""
    return compiled if isinstance(compiled, str) else compiled(session)


def _joined(literals: list[str], renders: list[Render]) -> Render:
    """The literals with a placeholder between each two; those with few placeholders are the most frequent."""
    match literals, renders:
        case ["", ""], [only]:
            return only
        case [a, b], [one]:
            return lambda session: f"{a}{one(session)}{b}"
        case [a, b, c], [one, two]:
            return lambda session: f"{a}{one(session)}{b}{two(session)}{c}"
        case [a, b, c, d], [one, two, three]:
            return lambda session: f"{a}{one(session)}{b}{two(session)}{c}{three(session)}{d}"
    pattern = "%s".join(literal.replace("%", "%%") for literal in literals)
    return lambda session: pattern % tuple([render(session) for render in renders])


def _placeholder(part: dict[str, Any]) -> Render:
    if "base64" in part:
        inner = compile_text(part["base64"])
        return lambda session: base64.b64encode(text_of(inner, session).encode()).decode()
    find, insert = look_up(part), INSERTED[part["enc"]]
    if part.get("call") in NUMBERS:
        return lambda session: str(find(session))
    if part.get("call") == "uuid":
        return find if part["enc"] != "json" else lambda session: f'"{find(session)}"'
    if "call" in part or "pool" in part or "counter" in part:  # which always have a value
        return lambda session: insert(find(session))
    if part["default"] is None:
        instead: str | Render = insert(part["text"])
    else:
        instead = compile_text(part["default"])

    def render(session: Session) -> str:
        value = find(session)
        if value is not MISSING:
            return insert(value)
        return instead if isinstance(instead, str) else instead(session)

    return render
