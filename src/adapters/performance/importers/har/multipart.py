"""Recorded multipart bodies as parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..shapes import mapping, text

_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})"?', re.IGNORECASE)
_ATTRIBUTE = re.compile(r'\b(name|filename)="([^"]{0,1000})"')
_MOST = 1000


def parts_of(content: str, content_type: str, params: list[Any]) -> list[dict[str, Any]]:
    """The parts of a multipart body: of its text, or of the parameters that a recording lists in place of it."""
    boundary = _BOUNDARY.search(content_type)
    if content and boundary:
        pieces = content.split(f"--{boundary[1]}", _MOST)[1:]
        found = [_part(piece) for piece in pieces if not piece.startswith("--")]
        return [part for part in found if part is not None]
    return [_listed(mapping(one)) for one in params[:_MOST] if text(mapping(one).get("name"))]


def _part(piece: str) -> dict[str, Any] | None:
    newline = "\r\n" if piece.startswith("\r\n") else "\n"
    head, blank, value = piece.partition(newline * 2)
    attributes = dict(_ATTRIBUTE.findall(head[:4000]))
    if not blank or not attributes.get("name"):
        return None
    content_type = re.search(r"^content-type:\s*(\S.*)$", head[:4000], re.IGNORECASE | re.MULTILINE)
    return _fields(
        attributes["name"],
        value.removesuffix("\n").removesuffix("\r"),
        attributes.get("filename"),
        content_type[1].strip() if content_type else None,
    )


def _listed(param: Mapping[str, Any]) -> dict[str, Any]:
    return _fields(
        text(param.get("name")),
        text(param.get("value")),
        text(param.get("fileName")) or None,
        text(param.get("contentType")) or None,
    )


def _fields(name: str, value: str, filename: str | None, content_type: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": name,
        "value": value,
        "filename": filename,
        "content_type": content_type,
    }
    return {key: field for key, field in fields.items() if field is not None}
