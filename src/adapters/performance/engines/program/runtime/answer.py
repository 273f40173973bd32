"""An answer, as checks and extractors look at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .session import MISSING


class Answer:
    """What checks and extractors look at; headers, the text and the JSON of the body are made when first asked for."""

    __slots__ = (
        *("_document", "_headers", "_sent_headers", "_text"),
        *("body", "cookies", "elapsed_s", "html", "status"),
    )

    def __init__(
        self,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        elapsed_s: float,
        cookies: dict[str, str],
    ) -> None:
        self.status = status
        self._sent_headers = headers
        self._headers: dict[str, str] | None = None
        self.body = body
        self.elapsed_s = elapsed_s
        self.cookies = cookies
        self._text: str | None = None
        self._document: Any = ...
        self.html: Any = ...
        """The body as HTML once something has read it so; until then ``...``."""

    @property
    def headers(self) -> dict[str, str]:
        """Headers by lower-case name."""
        if self._headers is None:
            self._headers = combined(self._sent_headers)
        return self._headers

    @property
    def text(self) -> str:
        """The body as UTF-8, what is not UTF-8 replaced."""
        if self._text is None:
            self._text = self.body.decode("utf-8", "replace")
        return self._text

    @property
    def document(self) -> Any:
        """The body as JSON, MISSING in place of what is no JSON."""
        if self._document is ...:
            try:
                self._document = _loads(self.body)
            except (ValueError, RecursionError):  # the latter from brackets nested too deep
                self._document = MISSING
        return self._document


_decode = json.JSONDecoder().decode


def _loads(body: bytes) -> Any:
    """``json.loads``, without its search for an encoding where the first two characters tell that it is UTF-8."""
    if body[:1] in (b"{", b"[") and body[1:2] != b"\0":
        return _decode(body.decode("utf-8", "surrogatepass"))
    return json.loads(body)


def combined(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name, the values of repeated ones joined by a comma (RFC 9110, section 5.3)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
