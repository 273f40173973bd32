"""The values of a request, each written by a function that is told its name and place, as the fields of a step."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from ...plan.documents import NotData, json_data
from ..bodies import media_type
from ..shapes import mapping, sequence, text
from ..withheld import literal
from .entries import Exchange, first
from .headers import kept_headers
from .multipart import parts_of


class Where(Enum):
    """Where a value stands, which says how it may be written."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    JSON = "json"
    FORM = "form"
    TEXT = "text"
    """A body as a whole: only what is found inside it may be replaced."""
    NAME = "name"
    """The name of a value: nothing in it is replaced."""


Render = Callable[[Any, str, Where], Any]
"""Makes of a value (a text, or a number in JSON), its name and its place what is written in the plan."""

_LONGEST = 1_000_000
"""Longer bodies are taken as they are."""
_CHANGES_A_PATH = re.compile(r"[/?#%]")
_CHANGES_A_QUERY = re.compile(r"[&#%+]")
_PLAIN_QUERY = re.compile(r"[^&=]+=[^&=]*(&[^&=]+=[^&=]*)*")


def step_fields(one: Exchange, origin: str, render: Render) -> dict[str, Any]:
    """The fields of a request step; its URL is relative when it goes to ``origin``."""
    parts = urlsplit(one.url)
    path, query = _path(parts.path, render), _query(parts.query, render)
    fields: dict[str, Any] = {
        "method": one.method,
        "url": ("" if one.origin == origin else literal(one.origin)) + path,
    }
    if isinstance(query, str):
        fields["url"] += f"?{query}"
    elif query:
        fields["params"] = query
    body, bring = _body(one, render)
    kept = kept_headers(one, with_type=not bring)
    headers = {name: shown for name, known, value in kept if (shown := render(value, known, Where.HEADER))}
    return {**fields, **({"headers": headers} if headers else {}), **body}


def _path(path: str, render: Render) -> str:
    segments, before = [], ""
    for segment in path.split("/"):
        plain = unquote(segment)
        read = segment if _CHANGES_A_PATH.search(plain) else plain
        shown = render(read, before, Where.PATH)
        segments.append(segment if shown == read else shown)
        before = plain
    return "/".join(segments) or "/"


def _query(query: str, render: Render) -> dict[str, Any] | str:
    """As parameters where that means the same, else as it is written."""
    if not query:
        return {}
    if _PLAIN_QUERY.fullmatch(query):
        pairs = [
            (unquote_plus(name), unquote_plus(value))
            for name, _, value in (pair.partition("=") for pair in query.split("&"))
        ]
        grouped = _grouped(pairs, render, Where.QUERY)
        if grouped is not None:
            return grouped
    pieces = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        plain = unquote_plus(value)
        read = value if _CHANGES_A_QUERY.search(plain) else plain
        shown = render(read, unquote_plus(name), Where.QUERY)
        pieces.append(piece if shown == read else f"{name}{equals}{shown}")
    return "&".join(pieces)


def _grouped(pairs: list[tuple[str, str]], render: Render, where: Where) -> dict[str, Any] | None:
    """Pairs as a mapping, a name that comes again as a list; None when that would change their order."""
    found: dict[str, Any] = {}
    last = None
    for name, value in pairs:
        key, shown = render(name, "", Where.NAME), render(value, name, where)
        if key not in found:
            found[key] = shown
        elif key == last:
            before = found[key]
            found[key] = [*before, shown] if isinstance(before, list) else [before, shown]
        else:
            return None
        last = key
    return found


def _body(one: Exchange, render: Render) -> tuple[dict[str, Any], bool]:
    """The body's field, and whether it brings the content type that was recorded."""
    declared = text(one.post.get("mimeType")) or first(one.headers, "content-type")
    kind, content = media_type(declared), text(one.post.get("text"))
    params = sequence(one.post.get("params"))
    if one.post.get("encoding") == "base64":
        try:
            content = base64.b64decode(content, validate=True).decode()
        except UnicodeDecodeError:
            return {"body_base64": content}, False
        except (binascii.Error, ValueError):
            pass
    if kind == "multipart/form-data" and (parts := parts_of(content, declared, params)):
        return {"multipart": [_part(part, render) for part in parts]}, True
    if kind == "application/x-www-form-urlencoded" and (form := _form(content, params, render)) is not None:
        return ({"form": form}, True) if form else ({}, False)
    if not content:
        return {}, False
    if kind.endswith(("/json", "+json")) and len(content) <= _LONGEST:
        try:
            value = json_data(content)
        except NotData:
            pass
        else:
            return (
                ({"json": _json(value, "", render)}, kind == "application/json")
                if value is not None
                else (
                    {"body": content},
                    False,
                )
            )
    return {"body": render(content, "", Where.TEXT) if len(content) <= _LONGEST else content}, False


def _form(content: str, params: list[Any], render: Render) -> dict[str, Any] | None:
    if len(content) > _LONGEST:
        return None
    pairs = parse_qsl(content, keep_blank_values=True)
    if not content:
        listed = (mapping(one) for one in params)
        pairs = [
            (unquote_plus(text(one.get("name"))), unquote_plus(text(one.get("value")))) for one in listed
        ]
    return _grouped(pairs, render, Where.FORM)


def _part(part: dict[str, Any], render: Render) -> dict[str, Any]:
    named = {key: render(value, "", Where.NAME) for key, value in part.items()}
    return {**named, "value": render(part["value"], part["name"], Where.FORM)}


def _json(value: Any, name: str, render: Render) -> Any:
    match value:
        case dict():
            return {render(key, "", Where.NAME): _json(item, key, render) for key, item in value.items()}
        case list():
            return [_json(item, name, render) for item in value]
        case bool() | None:
            return value
    return render(value, name, Where.JSON)
