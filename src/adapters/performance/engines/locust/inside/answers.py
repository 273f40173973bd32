"""What came back for one request, whichever of Locust's clients sent it."""

from __future__ import annotations

import zlib
from typing import Any

from .....http.cookies import cookie_pair
from ...program.runtime import Answer


class Reply:
    """An answer, or the failure that stands for it.

    ``status`` and ``headers``, a mapping with ``getlist`` and ``items``, are there once the head has arrived.
    """

    __slots__ = ("body", "end", "failure", "headers", "latency_s", "status")

    def __init__(self) -> None:
        self.status = 0
        self.headers: Any = None
        self.body = b""
        self.end = 0.0
        self.latency_s = 0.0
        self.failure: tuple[str, str] | None = None

    @property
    def set_cookies(self) -> list[str]:
        """The Set-Cookie headers."""
        found: list[str] = self.headers.getlist("set-cookie")
        return found

    @property
    def location(self) -> str | None:
        """Where a redirect points to."""
        found = self.headers.getlist("location")
        return found[0] if found else None

    def as_answer(self) -> Answer:
        """The form that checks and extractors look at."""
        headers = list(self.headers.items())
        cookies = dict(cookie_pair(header) for header in self.set_cookies)
        return Answer(self.status, headers, self._decoded(), self.latency_s, cookies)

    def _decoded(self) -> bytes:
        """The body without gzip or deflate; as it came where it cannot be decoded."""
        found = self.headers.getlist("content-encoding")
        bits = _WINDOW_BITS.get(found[0].strip().lower()) if found else None
        if bits is None:
            return self.body
        try:
            return zlib.decompress(self.body, bits)
        except zlib.error:
            return self.body


_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
