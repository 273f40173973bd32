"""The bodies of requests: JSON, forms, files and text, made of examples or schemas."""

from __future__ import annotations

import json
from typing import Any

from .document import Document, listed, mapping, text
from .operations import Operation
from .parameters import media_example, simple
from .samples import Samples
from .schemas import flat, kind_of, properties

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class Bodies:
    """Makes the fields of a request that are its body and say its type."""

    def __init__(self, document: Document, samples: Samples) -> None:
        self._document, self._samples = document, samples

    def fields(self, operation: Operation) -> dict[str, Any]:
        """``json``, ``form``, ``multipart`` or ``body``, with ``headers`` where no type follows; or nothing."""
        content = mapping(operation.body.get("content"))
        if not content:
            return {}
        if operation.method in ("GET", "HEAD", "TRACE"):
            self._document.note(
                f"{operation.name}: a body is described, which {operation.method} does not have"
            )
            return {}
        kind = min(content, key=_rank)
        media = mapping(self._document.follow(content[kind]))
        if _is_json(kind):
            return self._json(kind, media)
        if kind == _FORM:
            return self._form(media)
        if kind.startswith("multipart/"):
            return {"multipart": self._parts(media)}
        return self._text(kind, media, operation.name)

    def _json(self, kind: str, media: dict[str, Any]) -> dict[str, Any]:
        made = {"json": self._value(media, fresh=True)}
        return made if kind in ("application/json", "*/*") else {"headers": {"Content-Type": kind}, **made}

    def _form(self, media: dict[str, Any]) -> dict[str, Any]:
        value = self._value(media)
        if not isinstance(value, dict):
            return {"headers": {"Content-Type": _FORM}, "body": simple(value)}
        return {"form": {name: _in_form(item) for name, item in value.items() if item is not None}}

    def _parts(self, media: dict[str, Any]) -> list[dict[str, Any]]:
        schema = flat(self._document, media.get("schema"))
        encodings = mapping(media.get("encoding"))
        value = self._value(media)
        parts: list[dict[str, Any]] = []
        for name, item in value.items() if isinstance(value, dict) else [("file", value)]:
            inside = flat(self._document, properties(schema).get(name))
            of_items = flat(self._document, inside.get("items"))
            kind = text(mapping(encodings.get(name)).get("contentType")).partition(",")[0].strip()
            for one in item if isinstance(item, list) else [item]:
                parts.append(_part(name, one, kind, is_file=_is_file(inside) or _is_file(of_items)))
        return parts or [{"name": "file", "value": "content", "filename": "file.bin"}]

    def _text(self, kind: str, media: dict[str, Any], name: str) -> dict[str, Any]:
        headers = {"Content-Type": kind} if "*" not in kind else {"Content-Type": "application/octet-stream"}
        if "xml" in kind:
            given, value = media_example(self._document, media)
            if not given or not isinstance(value, str):
                self._document.note(f"{name}: an XML body is not made from a schema: give it as body")
                return {"headers": headers}
        value = self._value(media)
        return {"headers": headers, "body": value if isinstance(value, str) else json.dumps(value)}

    def _value(self, media: dict[str, Any], *, fresh: bool = False) -> Any:
        given, value = media_example(self._document, media)
        if not given:
            return self._samples.value(media.get("schema"), "content", fresh=fresh)
        schema = flat(self._document, media.get("schema"))
        return self._samples.value({**schema, "example": value})


def _rank(kind: str) -> int:
    """Which of several types is sent: the one that is made best."""
    if _is_json(kind):
        return 0 if kind == "application/json" else 1
    order = (_FORM, _MULTIPART, "text/plain")
    return 2 + order.index(kind) if kind in order else 9 if "xml" in kind else 6


def _is_json(kind: str) -> bool:
    bare = kind.partition(";")[0].strip().lower()
    return bare in ("application/json", "*/*", "text/json") or bare.endswith("+json")


def _is_file(schema: dict[str, Any]) -> bool:
    """Whether a part is a file: binary in 3.0, of a media type of its own or no type at all in 3.1."""
    binary = schema.get("format") == "binary" or "contentMediaType" in schema
    return binary and kind_of(schema) in ("string", "")


def _part(name: str, value: Any, kind: str, *, is_file: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "value": value if isinstance(value, str) else json.dumps(value)}
    if is_file:
        made["filename"] = f"{name}.{kind.rpartition('/')[2] if '/' in kind and '*' not in kind else 'bin'}"
    if "/" in kind and "*" not in kind:
        made["content_type"] = kind
    elif isinstance(value, dict):
        made["content_type"] = "application/json"
    return made


def _in_form(value: Any) -> Any:
    if isinstance(value, list):
        return [item if isinstance(item, str | int | float) else json.dumps(item) for item in listed(value)]
    return value if isinstance(value, str | int | float) else json.dumps(value)
