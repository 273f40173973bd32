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
        self.chunked = False
        self.sets_cookies = False
        self.in_body = False
        self.complete = False
        self.keep_alive = False
        self._asked: bytes | None = None  # what the server asks of the connection

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
        return not (self.chunked or self.interim) and self.body_length is not None

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
        value = value.rstrip()
        self.headers.append((name, value))
        if b"\0" in value:
            self._fails("protocol", "not an HTTP answer: a header holds a NUL")
        if len(name) in _LENGTHS_UNDERSTOOD and (understand := _UNDERSTOOD.get(name.lower())):
            understand(self, value)

    def _content_length(self, value: bytes) -> None:
        self.length = int(value) if value.isdigit() else None

    def _transfer_encoding(self, value: bytes) -> None:
        codings = value.lower()
        if codings != b"chunked":
            codings = codings.rpartition(b",")[2].partition(b";")[0].strip()
        self.chunked = codings == b"chunked"

    def _set_cookie(self, value: bytes) -> None:
        self.sets_cookies = True

    def _connection(self, value: bytes) -> None:
        self._asked = value.lower() if self._asked is None else self._asked + b"," + value.lower()

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self.in_body = True
        stays = self._parser.should_keep_alive()
        if self.status < 100:
            self._fails("protocol", f"not an HTTP answer: status {self.status}")
        if self._asked is not None or not stays:  # else it is 1.1, and to ask for the version is slow
            stays = self._looks_at_version(stays)
        if self._unused > MAX_HEAD_BYTES and _size(self.headers) > MAX_HEAD_BYTES:
            self._error = self._error or _too_large_head()
        if self._is_head and self.status >= 200:
            self.keep_alive = stays
            self.complete = self._spoilt = True
        elif self._keep_body and self.status >= 200 and (self.body_length or 0) > self._keep_body:
            self._fails_for_size()

    def _looks_at_version(self, stays: bool) -> bool:
        """Whether the connection stays open after an answer without a body."""
        version = self._parser.get_http_version()
        if version not in _HTTP:
            self._fails("protocol", f"not an HTTP answer: HTTP {version}")
        may_stay = stays or (version == "1.1" and b"close" not in (self._asked or b""))
        if self.chunked and may_stay and not stays:  # llhttp knows no tab or line end after "chunked"
            self._fails("protocol", "the Transfer-Encoding of the answer is not understood")
        return may_stay

    def on_body(self, data: bytes) -> None:
        self._unused = 0
        if self._is_head:
            self._more_came()
        elif self._keep_body:
            self._kept += len(data)
            if self._kept > self._keep_body:
                self._fails_for_size()
            else:
                self.body.append(data)

    def _fails_for_size(self) -> None:
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


_UNDERSTOOD = {
    b"content-length": AnswerParser._content_length,
    b"transfer-encoding": AnswerParser._transfer_encoding,
    b"set-cookie": AnswerParser._set_cookie,
    b"connection": AnswerParser._connection,
}
_LENGTHS_UNDERSTOOD = {len(name) for name in _UNDERSTOOD}  # most names need not be looked at any further


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
