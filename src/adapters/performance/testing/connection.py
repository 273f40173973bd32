"""One HTTP/1 connection: httptools parses, a service replies, an exchange plays the reply."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import deque
from typing import cast

import httptools

from .answer import Exchange, reset
from .messages import Client, Reply, SeenRequest, Then

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Service:
    """What a connection asks of the program behind it. Everything is called on the server's event loop."""

    def __init__(self) -> None:
        self.open: set[Connection] = set()

    def reply(self, request: SeenRequest) -> Reply:
        """The answer to a whole request."""
        raise NotImplementedError

    def connected(self) -> int:
        """A client connected (over TLS: after the handshake); returns the number of its connection."""
        return 0

    def seen(self, request: SeenRequest) -> None:
        """A request arrived whole, or as far as it came before its client left (``ended`` is then set)."""

    def ended(self, request: SeenRequest) -> None:
        """Nothing more will happen to this request."""

    def malformed(self, data: bytes) -> None:
        """Bytes that are no HTTP request arrived; they are answered 400."""


class Connection(asyncio.Protocol):
    """Parses requests and has them answered one after the other."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._parser = httptools.HttpRequestParser(self)
        self._exchange: Exchange | None = None
        self._waiting: deque[SeenRequest] = deque()  # pipelined behind the one being answered
        self._incoming: SeenRequest | None = None
        self._shutting = False  # this side ends the connection
        self._bytes_in = 0
        self._count = 0
        self._raw_headers: list[tuple[bytes, bytes]] = []
        self._headers: list[tuple[str, str]] = []

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not of that class
        self._transport.set_write_buffer_limits(high=1, low=0)  # so that "written" means handed to the socket
        self._service.open.add(self)
        self._number = self._service.connected()
        self._client = _client_of(self._transport)

    def data_received(self, data: bytes) -> None:
        self._bytes_in += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # offers to upgrade are passed over
            self._parser = httptools.HttpRequestParser(self)
        except httptools.HttpParserError:
            self._service.malformed(data)
            self._transport.write(_BAD_REQUEST)
            self._transport.close()

    def pause_writing(self) -> None:
        if self._exchange is not None:
            self._exchange.pause()

    def resume_writing(self) -> None:
        if self._exchange is not None:
            self._exchange.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        self._service.open.discard(self)
        self._lose(abandoned=not self._shutting)

    def shut(self) -> None:
        """End the connection from the server's side, whatever is going on."""
        self._shutting = True
        self._lose(abandoned=False)
        self._transport.abort()

    def _lose(self, abandoned: bool) -> None:
        if self._exchange is not None:
            exchange, self._exchange = self._exchange, None
            exchange.lose(abandoned)
            self._service.ended(exchange.request)
        broken_off = [self._incoming] if self._incoming is not None else []
        for request in (*self._waiting, *broken_off):
            request.abandoned, request.ended = abandoned, True
            if request is self._incoming:
                request.bytes_in = self._bytes_in
                self._service.seen(request)
            self._service.ended(request)
        self._waiting.clear()
        self._incoming = None

    # The parser's side

    def on_message_begin(self) -> None:
        self._received_at = time.time()
        self._received_s = time.monotonic()
        self._url = b""
        self._fresh_headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._expects = False

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fresh_headers.append((name, value))
        if len(name) == 6 and name.lower() == b"expect" and value.lower() == b"100-continue":
            self._expects = True

    def on_headers_complete(self) -> None:
        if self._fresh_headers != self._raw_headers:  # clients mostly repeat theirs: one copy for all
            self._raw_headers = self._fresh_headers
            self._headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in self._raw_headers]
        self._count += 1
        target = self._url.decode("latin-1")
        path, _, query = _origin_form(target).partition("?")
        self._incoming = SeenRequest(
            self._number,
            self._count,
            self._received_at,
            self._received_s,
            self._parser.get_http_version(),
            self._parser.get_method().decode(),
            target,
            path,
            query,
            self._headers,
            self._parser.should_keep_alive(),
            client=self._client,
        )
        if self._expects and self._exchange is None:
            self._transport.write(_CONTINUE)
            self._incoming.bytes_out += len(_CONTINUE)

    def on_body(self, data: bytes) -> None:
        self._body.append(data)

    def on_message_complete(self) -> None:
        request, self._incoming = self._incoming, None
        assert request is not None
        if self._body:
            request.body = b"".join(self._body)
        request.bytes_in, self._bytes_in = self._bytes_in, 0
        self._service.seen(request)
        if self._exchange is None and not self._waiting and not self._shutting:
            self._answer(request)
        else:
            self._waiting.append(request)

    # The answers

    def _answer(self, request: SeenRequest) -> None:
        self._exchange = Exchange(request, self._transport, self._answered)
        try:
            reply = self._service.reply(request)
        except Exception:  # a handler's mistake is shown to whoever asked
            reply = Reply.text(traceback.format_exc(), 500)
        self._exchange.play(reply)

    def _answered(self, then: Then) -> None:
        assert self._exchange is not None
        exchange, self._exchange = self._exchange, None
        self._service.ended(exchange.request)
        if then != "keep":
            self._shutting = True
            reset(self._transport) if then == "reset" else self._transport.close()
        elif self._waiting:
            asyncio.get_running_loop().call_soon(self._answer_next)

    def _answer_next(self) -> None:
        if self._waiting and self._exchange is None:
            self._answer(self._waiting.popleft())


def _client_of(transport: asyncio.Transport) -> Client:
    peer, tls = transport.get_extra_info("peername"), transport.get_extra_info("ssl_object")
    return Client(
        address=peer[0] if isinstance(peer, tuple) else None,
        asked_for=getattr(tls, "asked_for", None),
        resumed=tls is not None and tls.session_reused,
    )


def _origin_form(target: str) -> str:
    """The path and query of a target; a proxy's absolute form loses its scheme and host."""
    scheme, mark, rest = target.partition("://")
    if target.startswith("/") or not mark or "?" in scheme:
        return target
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else "/"
