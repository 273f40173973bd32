"""Which transport carries a client's requests, and what makes httpx's own tell as much as ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx
from httpx._utils import (
    get_environment_proxies,
)  # the rules of NO_PROXY are long, and httpx's users know these

from .timing import Timing
from .tls import Certificate, Verify, tls_context
from .transport import WireTransport


@dataclass(frozen=True, slots=True)
class Route:
    """What decides how requests travel; the fields are the arguments of HTTPXClient."""

    transport: httpx.AsyncBaseTransport | None
    app: Callable[..., Any] | None
    proxy: str | None
    verify: Verify
    cert: Certificate | None
    http2: bool
    max_connections: int
    trust_env: bool

    def main(self) -> httpx.AsyncBaseTransport:
        """The transport: the one given, the application's, httpx's for HTTP/2 and a proxy, ours for all else."""
        if self.transport is not None and self.app is not None:
            raise ValueError("give either transport= or app=: a request goes to one of them")
        if isinstance(self.transport, WireTransport):
            return self.transport
        if self.transport is not None:
            return TimedTransport(self.transport)
        if self.app is not None:
            return TimedTransport(AppTransport(self.app))
        if self.http2 or self.proxy is not None:
            return self._httpx(self.proxy)
        return WireTransport(
            self.verify, self.cert, max_connections=self.max_connections, trust_env=self.trust_env
        )

    def mounts(self) -> dict[str, httpx.AsyncBaseTransport | None]:
        """Transports for the proxies that the environment names (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY)."""
        given = self.transport or self.app or self.proxy
        if given is not None or not self.trust_env:
            return {}
        proxies = get_environment_proxies()
        return {pattern: self._httpx(url) if url else None for pattern, url in proxies.items()}

    def _httpx(self, proxy: str | None) -> httpx.AsyncBaseTransport:
        if self.http2:
            _need_h2()
        limits = httpx.Limits(max_connections=self.max_connections)
        tls = tls_context(self.verify, self.cert, trust_env=self.trust_env)
        return TimedTransport(
            httpx.AsyncHTTPTransport(verify=tls, http2=self.http2, limits=limits, proxy=proxy)
        )


def _need_h2() -> None:
    try:
        import h2  # noqa: F401
    except ImportError as error:
        raise ImportError("HTTP/2 needs the package h2: pip install 'polyload[http2]'") from error


class AppTransport(httpx.AsyncBaseTransport):
    """Calls an ASGI application in this process: an exception in it is a 500, and ``read`` is its deadline.

    Its lifespan events are not sent, as in httpx.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Runs the application on a request."""
        timeout_s = request.extensions.get("timeout", {}).get("read")
        deadline = asyncio.timeout(timeout_s)
        try:
            async with deadline:
                return await self._inner.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout(f"the application did not answer within {timeout_s} s") from error


class TimedTransport(httpx.AsyncBaseTransport):
    """Times the requests of another transport: connecting by its trace, the first byte by when it has the head."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request; the timing is in the response's extensions once its body is read."""
        watch = _Watch(request.extensions.get("trace"))
        request.extensions["trace"] = watch
        try:
            response = await self._inner.handle_async_request(request)
        finally:
            del request.extensions["trace"]
            if watch.further is not None:
                request.extensions["trace"] = watch.further
        watch.first_byte_at = perf_counter()
        if response.is_closed:  # a mock's answer, read already
            response.extensions["timing"] = watch.timing()
            return response
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _TimedStream(response.stream, watch, response.extensions)
        return response

    async def aclose(self) -> None:
        """Closes the transport underneath."""
        await self._inner.aclose()


@dataclass(slots=True)
class _Watch:
    """What is known of one request; called by httpcore with each event of it."""

    further: Callable[[str, Any], Any] | None
    started_at: float = field(default_factory=perf_counter)
    first_byte_at: float = 0.0
    traced: bool = False
    connecting_at: float | None = None
    connected_at: float | None = None

    async def __call__(self, event: str, info: Any) -> None:
        self.traced = True
        if self.connecting_at is None and event.endswith(
            ("connect_tcp.started", "connect_unix_socket.started")
        ):
            self.connecting_at = perf_counter()
        elif event.endswith(("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")):
            self.connected_at = perf_counter()
        if self.further is not None:
            await self.further(event, info)

    def timing(self) -> Timing:
        """The timing, now that the last byte is there."""
        connect_s = None
        if self.connecting_at is not None and self.connected_at is not None:
            connect_s = self.connected_at - self.connecting_at
        return Timing(
            connect_s=connect_s,
            first_byte_s=self.first_byte_at - self.started_at,
            total_s=perf_counter() - self.started_at,
            reused=connect_s is None if self.traced else None,
        )


class _TimedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, watch: _Watch, extensions: dict[str, Any]) -> None:
        self._inner = inner
        self._watch = watch
        self._extensions = extensions

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            yield part
        self._extensions["timing"] = self._watch.timing()

    async def aclose(self) -> None:
        await self._inner.aclose()
