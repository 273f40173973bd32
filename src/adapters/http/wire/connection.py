"""One HTTP/1.1 connection: a request goes out, its answer comes in, and how long each took is known."""

from __future__ import annotations

import asyncio
import errno
import select
import ssl
from collections.abc import Callable
from time import perf_counter
from typing import cast

from ..errors import WireError
from .answer import AnswerParser, surplus, too_large_body
from .heads import NO_HEAD, Head, HeadCache, Headers
from .signal import Signal


def _not_connected(data: bytes) -> None:
    raise WireError("closed", "not connected yet")


class Connection(asyncio.Protocol):
    """A client's end of one connection, for one request at a time.

    After ``await exchange(…)`` its attributes tell of the answer: ``head`` (also as ``status`` and ``headers``),
    ``body`` (if kept), ``bytes_received`` on the wire, ``first_byte_at`` and ``done_at`` on the clock of
    ``time.perf_counter``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, heads: HeadCache) -> None:
        self._loop = loop
        self._heads = heads
        self._signal = Signal(loop, on_cancel=self._shut)
        self._parser: AnswerParser | None = None
        self._parsing = False
        self._raw_head: bytes | None = None
        self._missing = 0
        self._is_head = False
        self._keep_body = 0
        self._chunks: list[bytes] = []
        self._request = b""
        self._write: Callable[[bytes], None] = _not_connected
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = float("inf")
        self._transport: asyncio.Transport | None = None
        self.open = False
        self.unsent = False
        self.closed_unanswered = False
        self.head = NO_HEAD
        self.body = b""
        self.bytes_received = 0
        self.first_byte_at = 0.0
        self.done_at = 0.0

    def exchange(self, request: bytes, deadline: float, is_head: bool = False, keep_body: int = 0) -> Signal:
        """Sends a request; await what is returned for its whole answer, WireError says how that failed.

        ``deadline`` is the moment, on the clock of ``time.perf_counter``, when it must be there. ``keep_body`` is how
        many bytes of the body are kept at most, a longer one being too large; with 0 it is passed over, however long.

        ``unsent`` then tells that the request never left, because the server had closed the connection before;
        ``closed_unanswered`` that the server closed it without a byte of an answer, perhaps before it saw the request.
        """
        self.bytes_received = 0
        if not self.open:
            self.unsent = True
            raise WireError("closed", "the server closed the connection")
        self._is_head = is_head
        self._keep_body = keep_body
        self._request = request
        self._deadline = deadline
        if deadline < self._timer_at:
            self._arm(deadline, deadline - perf_counter())
        self._write(request)
        return self._signal

    async def start_tls(self, context: ssl.SSLContext, server_name: str) -> None:
        """Goes on over TLS, before the first request; OSError (also ssl.SSLError) when the handshake fails."""
        if self._transport is None or not self.open:
            raise ConnectionResetError(errno.ECONNRESET, "the server closed the connection")
        secured = await self._loop.start_tls(self._transport, self, context, server_hostname=server_name)
        if secured is None or secured.is_closing():
            raise ConnectionResetError(
                errno.ECONNRESET, "the server closed the connection after the handshake"
            )
        self.connection_made(secured)

    @property
    def tls(self) -> ssl.SSLObject:
        """The TLS side of a connection that has one."""
        assert self._transport is not None
        return cast(ssl.SSLObject, self._transport.get_extra_info("ssl_object"))

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.head.status

    @property
    def headers(self) -> Headers:
        """The headers of the answer, as they came."""
        return self.head.headers

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._signal.waiting

    @property
    def stale(self) -> bool:
        """Whether an idle connection can take no request: it is closed, or something came that nobody asked for.

        The loop may not have read the server's close yet, and a request sent after it could not be told from a lost
        one. Asks the operating system, which costs about a microsecond.
        """
        if self._transport is None or not self.open:
            return True
        descriptor = self._transport.get_extra_info("socket").fileno()
        if not hasattr(select, "poll"):  # Windows
            return bool(select.select([descriptor], [], [], 0)[0])
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Closes the connection at once; a request under way on it fails as closed."""
        self._shut()
        if self._signal.waiting:
            self._loop.call_soon(
                self._signal.fail, WireError("closed", "the connection was closed on this side")
            )

    def _shut(self) -> None:
        self.open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._timer_at = float("inf")
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    # Callbacks of the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._write = self._transport.write
        self.open = True

    def data_received(self, data: bytes) -> None:
        heads = self._heads
        if (
            data == heads.last_answer
            and self.bytes_received == 0
            and not self._is_head
            and self._signal.waiting
        ):
            self.first_byte_at = self.done_at = perf_counter()
            self.bytes_received = len(data)
            self.head = heads.last_head
            if self._keep_body:
                self.body = data[heads.last_body_at :]
            self._signal.set()
            return
        if self.bytes_received == 0:
            if not self._signal.waiting:
                self._shut()  # an answer that nobody asked for
                return
            self.first_byte_at = perf_counter()
            self.bytes_received = len(data)
            self._first_bytes(data)
        else:
            self.bytes_received += len(data)
            if self._parsing:
                self._parse(data)
            else:
                self._more_body(data)

    def eof_received(self) -> bool:
        self._closed(None)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._closed(error)
        self._transport = None

    def _closed(self, error: Exception | None) -> None:
        was_open, self.open = self.open, False
        if not was_open or not self._signal.waiting:
            return
        if self.bytes_received and error is None and self._parsing and self._parser and self._parser.end():
            self._complete(self._parser)
            return
        self._fail(self._lost(error))

    def _lost(self, error: Exception | None) -> WireError:
        if self.bytes_received:
            kind = "reset" if error is not None else "truncated"
            how = "reset" if error is not None else "closed"
            return WireError(kind, f"the connection was {how} inside the answer")
        pending = self._transport.get_write_buffer_size() if self._transport is not None else 0
        self.unsent = error is None and pending >= len(self._request)
        self.closed_unanswered = error is None
        if error is None:
            return WireError("closed", "the connection was closed without an answer")
        return WireError("reset", "the connection was reset without an answer")

    # Reading the answer.

    def _first_bytes(self, data: bytes) -> None:
        end = data.find(b"\r\n\r\n")
        if end > 0 and not self._is_head:
            raw = data[:end]
            head = self._heads.get(raw)
            if head is not None:
                self._known_head(head, data, end + 4)
                return
            self._raw_head = raw
        self._parsing = True
        if self._parser is None:
            self._parser = AnswerParser()
        self._parser.begin(is_head=self._is_head, keep_body=self._keep_body)
        self._parse(data)

    def _known_head(self, head: Head, data: bytes, body_at: int) -> None:
        self.head = head
        self._missing = head.length - (len(data) - body_at)
        if self._keep_body:
            if head.length > self._keep_body:
                self._fail(too_large_body(self._keep_body))
                return
            self._chunks = [data[body_at:]]
        if self._missing == 0:
            heads = self._heads
            heads.last_answer, heads.last_head, heads.last_body_at = data, head, body_at
            self.done_at = self.first_byte_at
            self._finish()
        elif self._missing < 0:
            self._too_much(data)

    def _more_body(self, data: bytes) -> None:
        self._missing -= len(data)
        if self._keep_body:
            self._chunks.append(data)
        if self._missing == 0:
            self.done_at = perf_counter()
            self._finish()
        elif self._missing < 0:
            self._too_much(data)

    def _too_much(self, data: bytes) -> None:
        """More came than the answer has: that is a failure, but for line ends, which a parser passes over as well."""
        if not self._signal.waiting:
            self._shut()
        elif data[self._missing :].strip(b"\r\n"):
            self._fail(surplus())
        else:
            self.done_at = perf_counter()
            if self._keep_body:
                self._chunks[-1] = self._chunks[-1][: self._missing]
            self._finish()

    def _finish(self) -> None:
        if self._keep_body:
            chunks = self._chunks
            self.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._signal.set()

    def _parse(self, data: bytes) -> None:
        parser = self._parser
        assert parser is not None
        try:
            parser.feed(data)
        except WireError as error:
            self._fail(error)
            return
        if parser.complete:
            self._complete(parser)

    def _complete(self, parser: AnswerParser) -> None:
        self.done_at = perf_counter()
        self.head = Head(parser.status, parser.headers, parser.body_length or 0, parser.sets_cookies)
        if self._keep_body:
            self.body = b"".join(parser.body)
        raw, self._raw_head = self._raw_head, None
        self._parsing = False
        if not parser.keep_alive:
            self._shut()
        elif raw is not None and parser.framed:
            self._heads.remember(raw, self.head)
        self._signal.set()

    def _fail(self, error: WireError) -> None:
        self._raw_head = None
        self._parsing = False
        self.done_at = perf_counter()
        self._shut()
        self._signal.fail(error)

    # The timeout: one timer for a connection, moved only when it fires.

    def _arm(self, at: float, delay_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_later(delay_s, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer = None
        self._timer_at = float("inf")
        if not self._signal.waiting:
            return
        left = self._deadline - perf_counter()
        if left > 0.0005:
            self._arm(self._deadline, left)
        else:
            what = "answer was not complete" if self.bytes_received else "no answer"
            self._fail(WireError("timeout", f"{what} within the timeout"))
