"""Texts with placeholders: compiled once, filled in for a session as often as they are sent."""

from __future__ import annotations

import base64
import datetime
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from .session import MISSING, Render, Session
from .values import as_json, at_path, json_text, shown

URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~"


def compile_text(text: str | list[Any]) -> str | Render:
    """A program text as a constant, or as a function of the session."""
    if isinstance(text, str):
        return text
    renders = [part if isinstance(part, str) else _placeholder(part) for part in text]
    if len(renders) == 1 and callable(renders[0]):
        return renders[0]

    def render(session: Session) -> str:
        return "".join([part if isinstance(part, str) else part(session) for part in renders])

    return render


def text_of(compiled: str | Render, session: Session) -> str:
    """The text of a constant or a function of the session."""
    return compiled if isinstance(compiled, str) else compiled(session)


def _placeholder(part: dict[str, Any]) -> Render:
    value_of, insert = look_up(part), _INSERTED[part["enc"]]
    instead = insert(part["text"] if part["default"] is None else part["default"])

    def render(session: Session) -> str:
        value = value_of(session)
        return instead if value is MISSING else insert(value)

    return render


def look_up(part: dict[str, Any]) -> Callable[[Session], Any]:
    """The value of a placeholder, or MISSING, as a function of the session."""
    if "var" in part:
        name, path = part["var"], part["path"]
        if not path:
            return lambda session: session.variables.get(name, MISSING)
        return lambda session: at_path(session.variables.get(name, MISSING), path)
    if "row" in part:
        feed, column = part["row"]
        return lambda session: session.rows.get(feed, {}).get(column, MISSING)
    if "counter" in part:
        attribute = part["counter"]
        return lambda session: session.variables.get(attribute, getattr(session, attribute))
    if "base64" in part:
        inner = compile_text(part["base64"])
        return lambda session: base64.b64encode(text_of(inner, session).encode()).decode()
    function, args = _FUNCTIONS[part["call"]], part["args"]
    return lambda session: function(session, *args)


def _now(session: Session, pattern: str = "") -> str:
    moment = datetime.datetime.now()
    return moment.strftime(pattern) if pattern else moment.isoformat(timespec="seconds")


def _seq(session: Session) -> int:
    session.sequence += 1
    return session.sequence


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "uuid": lambda session: str(uuid.UUID(int=session.random.getrandbits(128), version=4)),
    "now": _now,
    "randint": lambda session, low, high: session.random.randint(int(low), int(high)),
    "choice": lambda session, *options: session.random.choice(options),
    "seq": _seq,
}


def encode(value: Any, encoding: str) -> str:
    """A value as it is inserted into a text of this encoding."""
    return _INSERTED[encoding](value)


def _in_query(value: Any) -> str:
    text = shown(value)
    return text if text.isalnum() and text.isascii() else quote(text, safe="")


def _in_url(value: Any) -> str:
    text = shown(value)
    if text.isalnum() and text.isascii():
        return text
    return re.sub("%(?![0-9A-Fa-f]{2})", "%25", quote(text, safe=URL_SAFE))


_INSERTED: dict[str, Callable[[Any], str]] = {
    "": shown,
    "json": json_text,
    "jsonstr": lambda value: as_json(shown(value))[1:-1],
    "query": _in_query,
    "url": _in_url,
}
"""Encoding to how a value is inserted into a text of it."""
