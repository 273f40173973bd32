"""Parsing one answer with llhttp, through httptools, for every case that is not a head seen before."""

from __future__ import annotations

import httptools

from ..errors import WireError
from .heads import Headers

MAX_HEAD_BYTES = 256 * 1024
"""What may come before, between and after the data of a body: heads, interim ones too, and trailers."""

_HTTP = ("1.0", "1.1")
_WITHOUT_BODY = (204, 304)


class AnswerParser:
    """Parses answers one after the other; ``feed`` is given bytes until ``complete``.

    Interim answers (1xx) are passed over; ``interim`` says if there were any. ``length`` is the Content-Length, None
    without one. Of the body at most ``keep_body`` bytes are kept, and one that is longer is too large, unless that is
    0: then it is only passed over. Trailers are passed over as well.
    """

    def __init__(self) -> None:
        self._parser = self._new_parser()
        self._spoilt = False
        self.begin(is_head=False, keep_body=0)

    def _new_parser(self) -> httptools.HttpResponseParser:
        """One that takes folded headers, bare line feeds (RFC 9112, 5.2 and 2.2) and chunk sizes padded with spaces."""
        parser = httptools.HttpResponseParser(self)
        parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )
        return parser

    def begin(self, *, is_head: bool, keep_body: int) -> None:
        """Makes ready for the next answer, which is to a HEAD request or not."""
        self._is_head = is_head
        self._keep_body = keep_body
        if self._spoilt:
            self._parser = self._new_parser()
        self._spoilt = False
        self._error: WireError | None = None
        self._unused = 0  # bytes since there was data of the body
        self._kept = 0
        self.body: list[bytes] = []
        self.interim = False
        self._reset()

    def _reset(self) -> None:
        self.status = 0
        self.headers: Headers = []
        self.length: int | None = None
        self.chunked = self._in_chunks = False
        self.sets_cookies = False
        self.in_body = False
        self.complete = False
        self.keep_alive = False
        self._closes = False

    def feed(self, data: bytes) -> None:
        """Parses further bytes of the answer; WireError (protocol, too_large, surplus) if it is not a good one."""
        self._unused += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            raise self._error or WireError("protocol", "the server switched to another protocol") from None
        except httptools.HttpParserError as error:
            self._spoilt = True
            if not self.complete:
                raise self._error or WireError("protocol", f"not an HTTP answer: {error}") from error
            self._more_came()
        if self._error is not None:
            raise self._error
        if not self.complete and self._unused > MAX_HEAD_BYTES:
            raise _too_large_head()

    @property
    def body_length(self) -> int | None:
        """How long the body is as its head says, None when it does not."""
        return 0 if self.status in _WITHOUT_BODY else self.length

    @property
    def framed(self) -> bool:
        """Whether the head alone, and there was but one, tells where the answer ends."""
        return self.body_length is not None and not (self.chunked or self.interim)

    def end(self) -> bool:
        """Whether the end of the connection is the proper end of this answer (RFC 9112, section 6.3, item 8)."""
        if self.in_body and self.length is None and not self.chunked:
            self._spoilt = True
            self.complete = True
        return self.complete

    # Callbacks of httptools.

    def on_message_begin(self) -> None:
        if self.complete:
            self._more_came()

    def _more_came(self) -> None:
        """After the answer; that does not matter after the last one on a connection."""
        if self.keep_alive:
            self._error = self._error or surplus()

    def _fails(self, kind: str, message: str) -> None:
        """The first failure is the one that is told."""
        self._error = self._error or WireError(kind, message)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_body:  # a trailer
            return
        value = value.rstrip(b" \t")
        lower = name.lower()
        if lower == b"content-length":
            self.length = int(value) if value.isdigit() else None
        elif lower == b"transfer-encoding":
            last = value.rpartition(b",")[2].partition(b";")[0]
            self.chunked = last.strip(b" \t").lower() == b"chunked"
        elif lower == b"set-cookie":
            self.sets_cookies = True
        elif lower == b"connection":
            self._closes |= b"close" in value.lower()
        if b"\0" in value:
            self._fails("protocol", "not an HTTP answer: a header holds a NUL")
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self.in_body = True
        version = self._parser.get_http_version()
        if self.status < 100 or version not in _HTTP:
            self._fails("protocol", f"not an HTTP answer: status {self.status} of HTTP {version}")
        if self._unused > MAX_HEAD_BYTES and _size(self.headers) > MAX_HEAD_BYTES:
            self._error = self._error or _too_large_head()
        if self._is_head and self.status >= 200:
            self.keep_alive = self._parser.should_keep_alive() or (version == "1.1" and not self._closes)
            self.complete = self._spoilt = True
        elif self.status >= 200 and self._keep_body < (self.body_length or 0):
            self._too_large_body()

    def on_chunk_header(self) -> None:
        self.chunked = self._in_chunks = True

    def on_body(self, data: bytes) -> None:
        self._unused = 0
        if self._is_head:
            self._more_came()
        elif self.chunked and not self._in_chunks:  # llhttp knows no tab or line end after "chunked"
            self._fails("protocol", "the Transfer-Encoding of the answer is not understood")
        elif self._keep_body:
            self._kept += len(data)
            if self._kept > self._keep_body:
                self._too_large_body()
            else:
                self.body.append(data)

    def _too_large_body(self) -> None:
        if self._keep_body:
            self._error = self._error or too_large_body(self._keep_body)

    def on_message_complete(self) -> None:
        if self._is_head and self.complete:
            return
        if 100 <= self.status < 200:
            self.interim = True
            self._reset()
            return
        self.keep_alive = self._parser.should_keep_alive()
        self.complete = True


def _size(headers: Headers) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)


def surplus() -> WireError:
    """The failure of an answer after which more came, such as a second one."""
    return WireError("surplus", "more bytes came than the answer has")


def too_large_body(limit: int) -> WireError:
    """The failure of an answer whose body is to be kept and is too large for that."""
    return WireError(
        "too_large", f"the body of the answer is over {limit} bytes, the most that is kept of one"
    )


def _too_large_head() -> WireError:
    return WireError("too_large", f"the head of the answer is over {MAX_HEAD_BYTES} bytes")
