"""Sending over our own wire code: one kept connection for each origin a user talks to."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from time import perf_counter

from ....http.errors import WireError
from ....http.wire import Connection, Dialer, Origin, split_url
from .sender import Exchange, Header, Outgoing
from .volley import Volley

_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")
BODY_METHODS = ("POST", "PUT", "PATCH")


@dataclass(slots=True)
class WireForm:
    """A request as bytes: ``head`` without the empty line that ends it, and the whole of it without cookies."""

    origin: Origin
    head: bytes
    body: bytes
    data: bytes
    is_head: bool


def wire_form(request: Outgoing, user_agent: str) -> WireForm:
    """The bytes of a request; WireError (protocol) for a URL that is none or a header that would break the framing."""
    origin, target = split_url(request.url)
    names = {name.lower() for name, _ in request.headers}
    lines = [f"{request.method} {target} HTTP/1.1"]
    if "host" not in names:
        lines.append(f"Host: {origin.authority}")
    if "user-agent" not in names:
        lines.append(f"User-Agent: {user_agent}")
    if "accept" not in names:
        lines.append("Accept: */*")
    lines += [f"{name}: {value}" for name, value in request.headers]
    body = request.body or b""
    if "content-length" not in names and (body or request.method in BODY_METHODS):
        lines.append(f"Content-Length: {len(body)}")
    if any("\r" in line or "\n" in line or "\0" in line for line in lines):
        raise WireError("protocol", "a header value or the URL holds a line break")
    head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
    return WireForm(origin, head, body, head + b"\r\n" + body, request.method == "HEAD")


class WireSender:
    """One user's connections over our own wire code."""

    def __init__(self, dialer: Dialer, *, keep_alive: bool, user_agent: str) -> None:
        self._dialer = dialer
        self._keep_alive = keep_alive
        self._user_agent = user_agent
        self._connections: dict[Origin, Connection] = {}
        self._exchange = Exchange()
        self.resent = 0
        self._origin: Origin | None = None
        self._connection: Connection | None = None

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        """Sends a request and waits for its answer; failures are in the exchange, only cancelling raises."""
        exchange = self._exchange
        exchange.error = exchange.connect_s = None
        exchange.started_at = started_at = perf_counter()
        deadline = started_at + request.timeout_s
        connection: Connection | None = None
        sent = 0
        try:
            form: WireForm | None = request.prepared
            if form is None:
                form = request.prepared = wire_form(request, self._user_agent)
            data = form.data
            if cookie is not None:
                data = b"%bCookie: %b\r\n\r\n%b" % (form.head, cookie.encode(), form.body)
            connection = self._connection
            if connection is None or not connection.open or form.origin is not self._origin:
                connection = None
                connection = await self._connect(form.origin, deadline, exchange)
            sent = len(data)
            try:
                if volley is None or request.keep_body or not self._keep_alive:
                    await connection.exchange(data, deadline, form.is_head, request.keep_body)
                else:
                    await volley.fire(connection, data, exchange, request.timeout_s, form.is_head)
            except WireError:
                if not self._may_resend(connection, request.method, exchange):
                    raise
                connection = None
                deadline = exchange.started_at + request.timeout_s
                connection = await self._connect(form.origin, deadline, exchange)
                await connection.exchange(data, deadline, form.is_head, request.keep_body)
        except WireError as error:
            return _failed(exchange, error, connection, sent)
        head = connection.head
        exchange.first_byte_at = connection.first_byte_at
        exchange.done_at = connection.done_at
        exchange.status = head.status
        exchange.bytes_received = connection.bytes_received
        exchange.bytes_sent = sent
        exchange.plain = plain = not (request.keep_body or head.sets_cookies or head.status >= 300)
        if not plain:
            _read_answer(exchange, connection, request.keep_body)
        if not self._keep_alive:
            connection.close()
        return exchange

    @property
    def busy(self) -> bool:
        """Whether a request is under way that the server may have seen."""
        return self._connection is not None and self._connection.busy

    async def close(self) -> None:
        """Closes the user's connections."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
        self._connection = None

    def _may_resend(self, connection: Connection, method: str, exchange: Exchange) -> bool:
        """Whether a request met a kept connection that the server had just closed (RFC 9112, section 9.3.1).

        One that left before that was known is sent again only if its method is idempotent, and is counted.
        """
        if connection.unsent:
            return True
        resend = connection.closed_unanswered and exchange.connect_s is None and method in _IDEMPOTENT
        self.resent += resend
        return resend

    async def _connect(self, origin: Origin, deadline: float, exchange: Exchange) -> Connection:
        known = self._connections.get(origin)
        if known is not None and known.open:
            self._origin, self._connection = origin, known
            return known
        connection, exchange.connect_s = await self._dialer.dial(origin, timeout_s=deadline - perf_counter())
        self._connections[origin] = connection
        self._origin, self._connection = origin, connection
        return connection


def _read_answer(exchange: Exchange, connection: Connection, with_body: bool) -> None:
    head = connection.head
    exchange.headers = headers = head.texts
    exchange.set_cookies = (
        [value for name, value in headers if name.lower() == "set-cookie"] if head.sets_cookies else []
    )
    if with_body:
        exchange.body = decoded(connection.body, headers)


def _failed(exchange: Exchange, error: WireError, connection: Connection | None, sent: int) -> Exchange:
    """Fills an exchange for a request that had no whole answer, on no connection if none could be made."""
    exchange.error = error
    exchange.plain = False
    exchange.status = 0
    exchange.done_at = perf_counter()
    exchange.bytes_received = connection.bytes_received if connection is not None else 0
    exchange.bytes_sent = sent if connection is not None else 0
    return exchange


def decoded(body: bytes, headers: list[Header]) -> bytes:
    """The body without its content encoding (gzip or deflate); as it came where it cannot be decoded."""
    encoding = next(
        (value.lower().strip() for name, value in headers if name.lower() == "content-encoding"), ""
    )
    try:
        if encoding in ("gzip", "x-gzip"):
            return gzip.decompress(body)
        if encoding == "deflate":
            return zlib.decompress(body)
    except (OSError, EOFError, zlib.error):
        return body
    return body
