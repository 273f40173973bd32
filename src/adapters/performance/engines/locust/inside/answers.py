"""What came back for one request, whichever of Locust's clients sent it."""

from __future__ import annotations

from typing import Any

from .....http.cookies import cookie_pair
from ...program.decoding import decoded
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

    def as_answer(self, *, with_body: bool) -> Answer:
        """The form that checks and extractors look at; Undecodable if the body is wanted and cannot be read."""
        headers = list(self.headers.items())
        cookies = dict(cookie_pair(header) for header in self.set_cookies)
        body = decoded(self.body, headers) if with_body else b""
        return Answer(self.status, headers, body, self.latency_s, cookies)
