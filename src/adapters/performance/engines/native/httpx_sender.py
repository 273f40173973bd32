"""Sending through httpx: HTTP/2, proxies, and applications called in the worker (ASGI)."""

from __future__ import annotations

import asyncio
import importlib
import os
import ssl
import sys
from itertools import count
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

    def __init__(self, job: dict[str, Any], *, user_agent: str) -> None:
        self._options = options = job["program"]["options"]
        app = job["app"]
        self._numbers = count(job["worker"], job["workers"])
        self._app = load_app(app) if app else None
        self._tls = tls_context(options["tls"])
        self._user_agent = user_agent

    def make(self) -> HttpxSender:
        """The sender of one more user."""
        transport = (
            httpx.ASGITransport(self._app, raise_app_exceptions=False)
            if self._app is not None
            else self._over_the_network()
        )
        client = httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None))
        client.headers["user-agent"] = self._user_agent
        del client.headers["accept-encoding"]
        return HttpxSender(client, self._options)

    def _over_the_network(self) -> httpx.AsyncBaseTransport:
        options = self._options
        http2 = options["http_version"] == "2"
        addresses = options["local_addresses"]
        return httpx.AsyncHTTPTransport(
            verify=self._tls,
            http1=not http2,
            http2=http2,
            limits=httpx.Limits(
                max_keepalive_connections=None if options["keep_alive"] else 0,
                keepalive_expiry=options["idle_timeout_s"],
            ),
            proxy=options["proxy"],
            uds=options["unix_socket"],
            local_address=addresses[next(self._numbers) % len(addresses)] if addresses else None,
        )


class HttpxSender:
    """One user's httpx client."""

    def __init__(self, client: httpx.AsyncClient, options: dict[str, Any]) -> None:
        self.busy = False
        name = options["tls"]["server_name"]
        self._extensions = {"sni_hostname": name} if name else None
        self._proxy = httpx.URL(options["proxy"]) if options["proxy"] else None
        self._client = client
        self._exchange = Exchange()

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
            exchange.error = wire_error(
                error, self._peer(request.url, error), answered=bool(exchange.first_byte_at)
            )
        self.busy = False
        exchange.done_at = perf_counter()
        return exchange

    async def close(self) -> None:
        """Closes the user's connections."""
        await self._client.aclose()

    async def _send(self, request: Outgoing, cookie: str | None, exchange: Exchange) -> None:
        sent = request.headers if cookie is None else (*request.headers, ("Cookie", cookie))
        headers = [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in sent]
        self._client.cookies.clear()  # the user's own jar decides
        built = self._client.build_request(
            request.method, request.url, headers=headers, content=request.body, extensions=self._extensions
        )
        response = await self._client.send(built, stream=True)
        exchange.first_byte_at = perf_counter()
        try:
            body = await _body(response, request.keep_body)
        finally:
            await response.aclose()
        exchange.status = response.status_code
        exchange.headers = [(name, value) for name, value in response.headers.multi_items()]
        exchange.set_cookies = response.headers.get_list("set-cookie")
        exchange.body = body

    def _peer(self, url: str, error: Exception) -> str:
        """What did not answer: a proxy refuses connections, and the server beyond it fails in TLS."""
        if self._proxy is None or isinstance(_underlying(error), ssl.SSLError):
            return url
        return str(self._proxy.copy_with(userinfo=b""))


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
    if isinstance(error, httpx.ProxyError):
        return WireError("connect", f"the proxy does not connect: {error}")
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
