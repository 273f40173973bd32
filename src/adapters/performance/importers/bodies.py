"""Recorded bodies as the fields of a request: JSON, forms, multipart, text, or base64 for what is none of these."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl

from ..plan.documents import NotData, json_data
from .withheld import Withheld, literal

_LONGEST_JSON = 1_000_000


def media_type(content_type: str) -> str:
    """``application/json`` of ``application/json; charset=utf-8``."""
    return content_type.partition(";")[0].strip().lower()


def body_fields(text: str, content_type: str, withheld: Withheld) -> dict[str, Any]:
    """The body field for a text of this type: ``json``, ``form`` or ``body``, secrets withheld.

    A JSON or a form that the field could not send again as it means is a ``body``. Headers are the caller's: ``json``
    and ``form`` bring their own content type.
    """
    if not text:
        return {}
    kind = media_type(content_type)
    if (kind == "application/json" or kind.endswith("+json")) and len(text) <= _LONGEST_JSON:
        try:
            return {"json": withheld_json(json_data(text), withheld)}
        except NotData:
            return {"body": literal(text)}
    if kind == "application/x-www-form-urlencoded":
        form = form_fields(parse_qsl(text, keep_blank_values=True), withheld)
        return {"form": form} if form is not None else {"body": literal(text)}
    return {"body": literal(text)}


def bytes_fields(data: bytes) -> dict[str, Any]:
    """The body field for bytes: ``body`` when they are text, else ``body_base64``."""
    if not data:
        return {}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(data).decode()}
    return {"body": literal(text)}


def form_fields(pairs: list[tuple[str, str]], withheld: Withheld) -> dict[str, Any] | None:
    """Pairs as a mapping, a name that comes again as a list; None when that would change their order."""
    form: dict[str, Any] = {}
    last = None
    for name, value in pairs:
        shown = withheld.if_secret(name, value, otherwise=literal)
        if name not in form:
            form[name] = shown
        elif name == last:
            before = form[name]
            form[name] = [*before, shown] if isinstance(before, list) else [before, shown]
        else:
            return None
        last = name
    return form


def withheld_json(value: Any, withheld: Withheld, name: str = "") -> Any:
    """A JSON value with placeholders for secrets, and with what looks like a placeholder escaped."""
    match value:
        case dict():
            return {key: withheld_json(item, withheld, key) for key, item in value.items()}
        case list():
            return [withheld_json(item, withheld, name) for item in value]
        case str():
            return withheld.if_secret(name, value, otherwise=literal)
    return value
