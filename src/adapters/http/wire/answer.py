"""Parsing one answer with llhttp, through httptools, for every case that is not a head seen before."""

from __future__ import annotations

import httptools

from ..errors import WireError
from .heads import Headers

MAX_HEAD_BYTES = 256 * 1024


class AnswerParser:
    """Parses answers one after the other; ``feed`` is given bytes until ``complete``.

    Interim answers (1xx) are passed over; ``interim`` says if there were any. ``length`` is the Content-Length, None
    without one. The body is kept only if ``keep_body`` was asked for.
    """

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._restart = False
        self.begin(is_head=False, keep_body=False)

    def begin(self, *, is_head: bool, keep_body: bool) -> None:
        """Makes ready for the next answer, which is to a HEAD request or not."""
        self._is_head = is_head
        self._keep_body = keep_body
        if self._restart:
            self._parser = httptools.HttpResponseParser(self)
        self._restart = self._surplus = False
        self._head_bytes = 0
        self.body: list[bytes] = []
        self.interim = False
        self._reset()

    def _reset(self) -> None:
        self.status = 0
        self.headers: Headers = []
        self.length: int | None = None
        self.chunked = False
        self.sets_cookies = False
        self.in_body = False
        self.complete = False
        self.keep_alive = False

    def feed(self, data: bytes) -> None:
        """Parses further bytes of the answer; WireError (protocol) if they are not HTTP."""
        if not self.in_body:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            raise WireError("protocol", "the server switched to another protocol") from None
        except httptools.HttpParserError as error:
            if self.complete:
                return
            raise WireError("protocol", f"not an HTTP answer: {error}") from error
        if self._surplus:
            self._restart = True
            raise WireError("protocol", "more bytes than the answer has")
        if not self.in_body and not self.complete and self._head_bytes > MAX_HEAD_BYTES:
            raise WireError("protocol", f"the head of the answer is over {MAX_HEAD_BYTES} bytes")

    def end(self) -> bool:
        """Whether the end of the connection is the proper end of this answer (RFC 9112, section 6.3, item 8)."""
        if self.in_body and self.length is None and not self.chunked:
            self._restart = True
            self.complete = True
        return self.complete

    # Callbacks of httptools.

    def on_message_begin(self) -> None:
        self._surplus = self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        lower = name.lower()
        if lower == b"content-length":
            self.length = int(value) if value.isdigit() else None
        elif lower == b"transfer-encoding":
            self.chunked = b"chunked" in value.lower()
        elif lower == b"set-cookie":
            self.sets_cookies = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self.in_body = True
        if self._is_head and self.status >= 200:
            self.keep_alive = self._parser.should_keep_alive()
            self.complete = True
            self._restart = True

    def on_body(self, data: bytes) -> None:
        if self._keep_body:
            self.body.append(data)

    def on_message_complete(self) -> None:
        if self._is_head and self.complete:
            return
        if 100 <= self.status < 200:
            self.interim = True
            self._reset()
            return
        self.keep_alive = self._parser.should_keep_alive()
        self.complete = True
