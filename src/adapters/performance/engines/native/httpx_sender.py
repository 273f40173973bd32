"""Sending through httpx: HTTP/2, Digest authentication and applications called in the worker itself (ASGI)."""

from __future__ import annotations

import asyncio
import importlib
import os
import ssl
import sys
from time import perf_counter
from typing import Any

import httpx

from ....http.errors import WireError, connect_error
from ....http.wire.answer import too_large_body
from .sender import Exchange, Outgoing
from .tls import tls_context
from .volley import Volley

_TOO_LONG = "Receive buffer too long"  # h11's words for a head without an end
_PORTS = {"http": 80, "https": 443}


class HttpxSenders:
    """Makes senders that share what may be shared: the application and the TLS settings."""

    def __init__(self, options: dict[str, Any], *, app: str | None, user_agent: str) -> None:
        self._options = options
        self._app = load_app(app) if app else None
        self._tls = tls_context(options["tls"])
        self._user_agent = user_agent

    def make(self) -> HttpxSender:
        """The sender of one more user."""
        http2 = self._options["http_version"] == "2"
        limits = httpx.Limits(max_keepalive_connections=None if self._options["keep_alive"] else 0)
        transport: httpx.AsyncBaseTransport = (
            httpx.ASGITransport(self._app, raise_app_exceptions=False)
            if self._app is not None
            else httpx.AsyncHTTPTransport(verify=self._tls, http1=not http2, http2=http2, limits=limits)
        )
        client = httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None))
        client.headers["user-agent"] = self._user_agent
        del client.headers["accept-encoding"]
        return HttpxSender(client)


class HttpxSender:
    """One user's httpx client."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.resent = 0
        self.busy = False
        self._client = client
        self._exchange = Exchange()
        self._digest: dict[tuple[str, str], httpx.DigestAuth] = {}

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        """Sends a request and waits for its answer; failures are in the exchange, only cancelling raises."""
        exchange = self._exchange
        exchange.error = exchange.connect_s = None
        exchange.status = 0
        exchange.started_at = perf_counter()
        exchange.first_byte_at = 0.0
        self.busy = True
        try:
            async with asyncio.timeout(request.timeout_s):
                await self._send(request, cookie, exchange)
        except TimeoutError:
            exchange.error = WireError("timeout", "no whole answer within the timeout")
        except WireError as error:
            exchange.error = error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            exchange.error = wire_error(error, request.url, answered=bool(exchange.first_byte_at))
        self.busy = False
        exchange.done_at = perf_counter()
        return exchange

    async def close(self) -> None:
        """Closes the user's connections."""
        await self._client.aclose()

    async def _send(self, request: Outgoing, cookie: str | None, exchange: Exchange) -> None:
        headers = [*request.headers, ("Cookie", cookie)] if cookie is not None else list(request.headers)
        self._client.cookies.clear()  # the user's own jar decides
        built = self._client.build_request(request.method, request.url, headers=headers, content=request.body)
        response = await self._client.send(built, stream=True, auth=self._auth(request))
        exchange.first_byte_at = perf_counter()
        try:
            body = await _body(response, request.keep_body)
        finally:
            await response.aclose()
        exchange.status = response.status_code
        exchange.headers = [(name, value) for name, value in response.headers.multi_items()]
        exchange.set_cookies = response.headers.get_list("set-cookie")
        exchange.body = body

    def _auth(self, request: Outgoing) -> httpx.Auth | None:
        if request.digest is None:
            return None
        return self._digest.setdefault(request.digest, httpx.DigestAuth(*request.digest))


async def _body(response: httpx.Response, keep: int) -> bytes:
    """A body as it comes, up to ``keep`` bytes of it; all of it is passed over if that is 0."""
    kept: list[bytes] = []
    left = keep
    async for part in response.aiter_raw():
        if keep:
            left -= len(part)
            if left < 0:
                raise too_large_body(keep)
            kept.append(part)
    return b"".join(kept)


def wire_error(error: Exception, url: str, *, answered: bool) -> WireError:
    """The WireError for an httpx exception; what failed underneath it decides while connecting."""
    if isinstance(error, httpx.ConnectError):
        parts = httpx.URL(url)
        return connect_error(
            _underlying(error) or error, parts.host, parts.port or _PORTS.get(parts.scheme, 0)
        )
    if isinstance(error, httpx.RemoteProtocolError):
        text = str(error)
        if "disconnected" in text or "incomplete" in text or "closed connection" in text:
            return WireError("truncated" if answered else "closed", text)
        return WireError("too_large" if _TOO_LONG in text else "protocol", text)
    if isinstance(error, httpx.ReadError | httpx.WriteError):
        return WireError("reset", "the connection was reset")
    return WireError("protocol", f"{type(error).__name__}: {error}")


def _underlying(error: BaseException) -> Exception | None:
    """The first exception of the operating system or of TLS beneath another, groups included."""
    if isinstance(error, OSError) and (error.errno is not None or isinstance(error, ssl.SSLError)):
        return error
    beneath = (
        error.exceptions if isinstance(error, BaseExceptionGroup) else (error.__cause__ or error.__context__,)
    )
    return next((found for cause in beneath if cause is not None and (found := _underlying(cause))), None)


def load_app(path: str) -> Any:
    """The ASGI application at ``module:attribute``, looked up in the working directory first."""
    module, _, attribute = path.partition(":")
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    return getattr(importlib.import_module(module), attribute or "app")
