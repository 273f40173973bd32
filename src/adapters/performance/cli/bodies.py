"""The body that ``-b`` asks for: a text, or the content of a file."""

from __future__ import annotations

import base64
from pathlib import Path

from ..errors import UsageError


def body_fields(text: str) -> dict[str, str]:
    """The fields of a request for a body written as text or ``@file``; a file that is no UTF-8 is sent as it is."""
    if not text.startswith("@"):
        return {"body": text}
    path = Path(text[1:])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"--body {text}: cannot be read: {error.strerror or error}", hint="check the path"
        ) from error
    try:
        return {"body": content.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(content).decode()}
