"""HTTPXClient: an httpx client over our own connections, with timing, retries and auth."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

import httpx

from .auth import drop_stray_key
from .retries import Retries, RetryTransport
from .routes import Route
from .tls import Certificate, Verify

if TYPE_CHECKING:
    from httpx._types import (
        AuthTypes,
        HeaderTypes,
        QueryParamTypes,
        RequestContent,
        RequestData,
        RequestFiles,
        TimeoutTypes,
    )


class RequestOptions(TypedDict, total=False):
    """What may be said of one request, as httpx understands it."""

    params: QueryParamTypes | None
    headers: HeaderTypes | None
    content: RequestContent | None
    data: RequestData | None
    files: RequestFiles | None
    json: Any
    auth: AuthTypes | None
    follow_redirects: bool
    timeout: TimeoutTypes
    extensions: dict[str, Any] | None


class HTTPXClient:
    """Sends requests and returns ``httpx.Response``s that know how long each phase took: see ``timing_of``.

    ``auth`` is (user, password) for Basic, ``BearerAuth``, ``ApiKeyAuth``, ``httpx.DigestAuth`` or any ``httpx.Auth``.
    ``retries`` is a number of further tries, or ``Retries``; ``response.extensions["tries"]`` says how many it took.
    ``max_connections`` are kept to each origin; more requests at once wait for one of them. ``verify`` and ``cert``
    are as in requests, or an ``ssl.SSLContext``. Requests travel over ``WireTransport``, which explains the timeouts;
    for HTTP/2, proxies (``proxy``, or the environment's), an ASGI ``app`` and a ``transport`` of yours, over those.
    Use it with ``async with``, or call ``aclose`` in the end; one event loop at a time.
    """

    def __init__(
        self,
        base_url: str | httpx.URL = "",
        *,
        headers: HeaderTypes | None = None,
        params: QueryParamTypes | None = None,
        auth: AuthTypes | None = None,
        timeout: TimeoutTypes = 30.0,
        retries: int | Retries = 0,
        verify: Verify = True,
        cert: Certificate | None = None,
        http2: bool = False,
        follow_redirects: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        app: Callable[..., Any] | None = None,
        max_connections: int = 100,
        proxy: str | None = None,
        trust_env: bool = True,
    ) -> None:
        rules = retries if isinstance(retries, Retries) else Retries(count=retries)
        route = Route(transport, app, proxy, verify, cert, http2, max_connections, trust_env)
        mounts = route.mounts()
        if app is not None and not base_url:
            base_url = "http://app"
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            params=params,
            auth=auth,
            timeout=timeout,
            follow_redirects=follow_redirects,
            transport=RetryTransport(route.main(), rules),
            mounts={key: RetryTransport(one, rules) if one else None for key, one in mounts.items()},
            event_hooks={"request": [drop_stray_key]},
        )

    @property
    def base_url(self) -> httpx.URL:
        """What relative URLs are joined to."""
        return self._client.base_url

    @property
    def headers(self) -> httpx.Headers:
        """The headers of every request."""
        return self._client.headers

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookies kept from answers."""
        return self._client.cookies

    async def request(
        self, method: str, url: str | httpx.URL, **options: Unpack[RequestOptions]
    ) -> httpx.Response:
        """Sends a request and returns its answer, whatever its status; httpx.TransportError if none came."""
        return await self._client.request(method, url, **options)

    async def get(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a GET request."""
        return await self.request("GET", url, **options)

    async def head(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a HEAD request."""
        return await self.request("HEAD", url, **options)

    async def options(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends an OPTIONS request."""
        return await self.request("OPTIONS", url, **options)

    async def post(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a POST request."""
        return await self.request("POST", url, **options)

    async def put(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a PUT request."""
        return await self.request("PUT", url, **options)

    async def patch(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a PATCH request."""
        return await self.request("PATCH", url, **options)

    async def delete(self, url: str | httpx.URL, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a DELETE request."""
        return await self.request("DELETE", url, **options)

    async def aclose(self) -> None:
        """Closes the connections; requests under way finish first, no further one is sent."""
        await self._client.aclose()

    async def close(self) -> None:
        """The same as ``aclose``."""
        await self.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
