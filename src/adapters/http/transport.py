"""WireTransport: httpx's requests over our own connections."""

from __future__ import annotations

import asyncio
import ssl
import sys
from time import perf_counter
from typing import Any

import httpx

from .errors import WireError
from .message import render
from .pool import Lease, Places, Pool
from .retries import IDEMPOTENT
from .timing import Timing
from .tls import Certificate, Verify, tls_context
from .wire import Connection, Origin

_FOREVER_S = 365 * 86_400.0
_PORTS = {"http": 80, "https": 443}


class WireTransport(httpx.AsyncBaseTransport):
    """A transport for httpx.AsyncClient over HTTP/1.1 connections that are kept open and reused, per origin.

    The answer is read whole before it is returned, so a stream of it comes in one piece, and failures are raised here
    rather than while reading. Of httpx's timeouts, ``connect`` is for connecting with TLS, ``pool`` for waiting until
    one of ``max_connections`` is free, and ``read`` is the deadline for sending the request and having the whole
    answer; ``write`` has no limit of its own. Cancelling a request closes its connection.
    When the server turns out to have closed a kept connection, a request that never left is sent on a fresh one; so is
    an idempotent one that was not answered with a single byte (RFC 9112, section 9.3.1), and
    ``request.extensions["resent"]`` is then True, since the server may have seen it twice.
    Works in one event loop at a time (asyncio or uvloop): in another loop it starts with new connections.
    """

    def __init__(
        self,
        verify: Verify = True,
        cert: Certificate | None = None,
        *,
        max_connections: int = 100,
        keep_alive_s: float = 5.0,
        trust_env: bool = True,
    ) -> None:
        if max_connections < 1:
            raise ValueError(f"max_connections must be 1 or more, not {max_connections}")
        self._tls_options = (verify, cert, trust_env)
        self._tls: ssl.SSLContext | None = None
        if verify is not True or cert is not None:
            self._context()  # a wrong path is told at once
        self._limit = max_connections
        self._keep_s = keep_alive_s
        self._pool: Pool | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request and returns its answer; httpx.TransportError says how that failed."""
        started = perf_counter()
        message = await render(request)
        places = await self._places(request.url)
        lease = await _borrow(places, request.extensions.get("timeout", {}))
        try:
            await _exchange(request, message, lease, places)
            if _asks_to_close(request):
                lease.connection.close()
            return _response(lease, started)
        finally:
            places.give_back(lease.connection)

    async def aclose(self) -> None:
        """Closes the connections that are idle, and those in use once their answer is there."""
        if self._pool is not None:
            self._pool.close()

    async def _places(self, url: httpx.URL) -> Places:
        if url.scheme not in _PORTS or not url.raw_host or (url.port or 0) > 65535:
            raise httpx.UnsupportedProtocol(
                f"not an http or https URL: {str(url)!r} (a relative one needs the client's base_url)"
            )
        if self._pool is None or self._pool.loop is not asyncio.get_running_loop():
            self._pool = await Pool.open(self._context, limit=self._limit, keep_s=self._keep_s)
        return self._pool.at(Origin(url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]))

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            verify, cert, trust_env = self._tls_options
            self._tls = tls_context(verify, cert, trust_env=trust_env)
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls


async def _borrow(places: Places, limits: dict[str, Any]) -> Lease:
    try:
        return await places.borrow(connect_s=_limit(limits, "connect"), pool_s=_limit(limits, "pool"))
    except WireError as error:
        raise _connect_error(error) from error
    except TimeoutError as error:
        raise httpx.PoolTimeout(
            f"no connection was free within {limits.get('pool')} s; max_connections sets how many there are"
        ) from error


async def _exchange(request: httpx.Request, message: bytes, lease: Lease, places: Places) -> None:
    limits = request.extensions.get("timeout", {})
    connection = lease.connection
    try:
        await connection.exchange(
            message,
            deadline=perf_counter() + _limit(limits, "read"),
            is_head=request.method == "HEAD",
            keep_body=sys.maxsize,
        )
        return
    except WireError as error:
        if not _may_send_again(request, lease):
            raise _answer_error(error) from error
    request.extensions["resent"] = not connection.unsent
    try:
        await places.renew(lease, connect_s=_limit(limits, "connect"))
    except WireError as error:
        raise _connect_error(error) from error
    await _exchange(request, message, lease, places)


def _may_send_again(request: httpx.Request, lease: Lease) -> bool:
    if lease.connect_s is not None:
        return False
    connection = lease.connection
    return connection.unsent or (connection.closed_unanswered and request.method in IDEMPOTENT)


def _response(lease: Lease, started: float) -> httpx.Response:
    connection: Connection = lease.connection
    timing = Timing(
        connect_s=lease.connect_s,
        first_byte_s=connection.first_byte_at - started,
        total_s=connection.done_at - started,
        reused=lease.connect_s is None,
        waited_s=lease.waited_s,
    )
    return httpx.Response(
        connection.status,
        headers=connection.headers,
        stream=httpx.ByteStream(connection.body),
        extensions={"timing": timing},
    )


def _limit(limits: dict[str, Any], name: str) -> float:
    seconds = limits.get(name)
    return _FOREVER_S if seconds is None else float(seconds)


def _asks_to_close(request: httpx.Request) -> bool:
    return "close" in request.headers.get("connection", "").lower()


def _connect_error(error: WireError) -> httpx.TransportError:
    kind = httpx.ConnectTimeout if error.kind == "timeout" else httpx.ConnectError
    return kind(error.message)


_ANSWER_ERRORS: dict[str, type[httpx.TransportError]] = {
    "timeout": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "closed": httpx.RemoteProtocolError,
    "truncated": httpx.RemoteProtocolError,
    "protocol": httpx.RemoteProtocolError,
    "surplus": httpx.RemoteProtocolError,
    "too_large": httpx.RemoteProtocolError,
}


def _answer_error(error: WireError) -> httpx.TransportError:
    return _ANSWER_ERRORS.get(error.kind, httpx.ReadError)(error.message)
