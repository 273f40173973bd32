"""What goes in and out of a test server: the request as it was seen, the reply as it is to be played."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Then = Literal["keep", "close", "drop", "reset"]
NEVER = math.inf


@dataclass(slots=True, eq=False)
class SeenRequest:
    """One request as it came over the wire, and what became of its answer.

    ``received_at`` is ``time.time()`` and ``received_s`` ``time.monotonic()``, both at the request's first
    byte; ``answered_s`` is ``time.monotonic()`` when the last byte of the answer was handed to the socket.
    """

    connection: int
    connection_request: int  # 1 for the first request on its connection
    received_at: float
    received_s: float
    version: str
    method: str
    target: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    keep_alive: bool = False  # whether the client wants the connection kept
    body: bytes = b""
    number: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    status: int | None = None  # None: no status line was sent
    fault: str | None = None  # the fault that was injected
    answered_s: float | None = None
    completed: bool = False  # the whole answer was handed to the socket
    abandoned: bool = False  # the client went before that
    ended: bool = False  # nothing more will happen to it

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies the client sent, values as they are on the wire."""
        headers = [value for name, value in self.headers if name.lower() == "cookie"]
        pairs = [pair.strip().partition("=") for header in headers for pair in header.split(";")]
        return {name: value for name, equals, value in pairs if equals}

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Reply:
    """An answer, honest or faulty.

    ``delay_s`` passes before the first byte (``NEVER``: no answer at all); ``chunks`` sends a chunked body,
    ``until_close`` one without a length; ``body_over_s`` spreads the body over that time in ten pieces;
    ``sent`` cuts it after so many bytes without saying so; ``raw`` goes out as it is in place of an HTTP
    answer, ``interim`` before it; so does a ``script`` of seconds to wait and bytes, perhaps for ever. ``chunks`` with
    a ``length`` have a Content-Length. ``then``: keep the connection, close it as announced, drop it (FIN)
    unannounced, or reset it (RST).
    """

    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    delay_s: float = 0.0
    chunks: Iterable[bytes] | None = None
    then: Then = "keep"
    body_over_s: float = 0.0
    until_close: bool = False
    sent: int | None = None
    raw: bytes | None = None
    script: Iterable[tuple[float, bytes]] | None = None
    length: int | None = None
    interim: bytes = b""
    fault: str | None = None

    @classmethod
    def text(cls, text: str, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Reply:
        """A plain text answer."""
        return cls(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), text.encode())

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Reply:
        """A JSON answer."""
        return cls(status, (("Content-Type", "application/json"), *headers), json.dumps(value).encode())

    @property
    def honest(self) -> bool:
        """Whether it begins as an HTTP answer, with that status."""
        return self.raw is None and self.script is None

    @property
    def whole(self) -> bool:
        """Whether playing this to its end gives the client a complete HTTP answer."""
        return self.honest and self.sent is None and self.then != "reset"
