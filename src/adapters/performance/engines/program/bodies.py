"""Bodies as program texts, with the content type that goes with each."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from ...errors import PlanError
from ...plan.steps import Part, Request
from .runtime import shown
from .texts import Text, Texts, as_parts, join


def compile_body(step: Request, texts: Texts) -> tuple[dict[str, Any] | None, str | None]:
    """The body of a request, ``{"text": …}`` or ``{"base64": …}``, and its content type if the kind implies one."""
    if step.body is not None:
        return {"text": texts.plain(step.body)}, None
    if step.body_base64 is not None:
        return {"base64": step.body_base64}, "application/octet-stream"
    if "json_" in step.model_fields_set:
        return {"text": texts.json(step.json_)}, "application/json"
    if step.form is not None:
        return {"text": _form(step.form, texts)}, "application/x-www-form-urlencoded"
    if step.multipart is not None:
        return _multipart(step.multipart, texts)
    return None, None


def _form(fields: Mapping[str, Any], texts: Texts) -> Text:
    parts: list[Any] = []
    for name, values in fields.items():
        for value in values if isinstance(values, list | tuple) else (values,):
            parts += ["&"] if parts else []
            parts += [*as_parts(texts.encoded(name, "query")), "="]
            parts += as_parts(texts.encoded(shown(value), "query"))
    return join(parts)


def _multipart(parts: tuple[Part, ...], texts: Texts) -> tuple[dict[str, Any], str]:
    """RFC 7578; the boundary is made from the content, so that a plan always sends the same bytes."""
    boundary = "polyload-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    content_type = f"multipart/form-data; boundary={boundary}"
    pieces: list[bytes | Text] = []
    for part in parts:
        pieces += [f"--{boundary}\r\n{_part_head(part)}\r\n\r\n".encode()]
        pieces += [
            base64.b64decode(part.base64) if part.base64 is not None else texts.plain(part.value or ""),
            b"\r\n",
        ]
    pieces.append(f"--{boundary}--\r\n".encode())
    if all(isinstance(piece, bytes | str) for piece in pieces):
        whole = b"".join(
            piece.encode() if isinstance(piece, str) else piece
            for piece in pieces
            if not isinstance(piece, list)
        )
        return {"base64": base64.b64encode(whole).decode()}, content_type
    try:
        body = join(
            [
                part
                for piece in pieces
                for part in as_parts(piece.decode() if isinstance(piece, bytes) else piece)
            ]
        )
    except UnicodeDecodeError as error:
        raise PlanError(
            "a multipart body that holds placeholders cannot hold a binary part as well"
        ) from error
    return {"text": body}, content_type


def _part_head(part: Part) -> str:
    head = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
    if part.filename is not None:
        head += f'; filename="{_quoted(part.filename)}"'
    content_type = part.content_type or ("application/octet-stream" if part.filename is not None else None)
    return f"{head}\r\nContent-Type: {content_type}" if content_type else head


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
