"""A request as the bytes that our own wire code sends, and its answer as an exchange."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from ....http.errors import WireError
from ....http.wire import Connection, Origin, split_url
from .sender import Exchange, Outgoing

BODY_METHODS = ("POST", "PUT", "PATCH")


@dataclass(slots=True)
class WireForm:
    """A request as bytes: ``head`` without the empty line that ends it, and the whole of it without cookies."""

    origin: Origin
    head: bytes
    body: bytes
    data: bytes
    is_head: bool

    def with_cookie(self, cookie: str) -> bytes:
        """The whole of it with a Cookie header."""
        return b"%bCookie: %b\r\n\r\n%b" % (self.head, cookie.encode("utf-8", "surrogateescape"), self.body)


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


def read_answer(exchange: Exchange, connection: Connection, request: Outgoing) -> None:
    """Fills an exchange with the answer to a request that a connection has."""
    head = connection.head
    exchange.first_byte_at = connection.first_byte_at
    exchange.done_at = connection.done_at
    exchange.status = head.status
    exchange.bytes_received = connection.bytes_received
    exchange.plain = not (request.reads_answer or head.sets_cookies or head.status >= 300)
    if not exchange.plain:
        read_content(exchange, connection, request.keep_body)


def read_content(exchange: Exchange, connection: Connection, keep_body: int) -> None:
    """Fills an exchange with the headers of an answer, and its body if it was kept."""
    head = connection.head
    exchange.headers = headers = head.texts
    exchange.set_cookies = (
        [value for name, value in headers if name.lower() == "set-cookie"] if head.sets_cookies else []
    )
    exchange.body = connection.body if keep_body else b""


def failed(exchange: Exchange, error: WireError, connection: Connection | None, sent: int) -> Exchange:
    """Fills an exchange for a request that had no whole answer, on no connection if none could be made."""
    exchange.error = error
    exchange.plain = False
    exchange.status = 0
    exchange.done_at = perf_counter()
    exchange.bytes_received = connection.bytes_received if connection is not None else 0
    exchange.bytes_sent = sent if connection is not None else 0
    return exchange
