"""Ways to say who is asking, beside httpx's own (a tuple is Basic; ``httpx.DigestAuth``; any ``httpx.Auth``)."""

from __future__ import annotations

from collections.abc import Generator

import httpx

_HOME = "polyload.api_key"


class BearerAuth(httpx.Auth):
    """Sends ``Authorization: Bearer <token>``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Adds the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request

    def __repr__(self) -> str:
        return "BearerAuth('***')"


class ApiKeyAuth(httpx.Auth):
    """Sends a key in a header (``X-API-Key`` unless named) or, with ``query``, in a query parameter of that name."""

    def __init__(self, key: str, *, header: str | None = None, query: str | None = None) -> None:
        if header is not None and query is not None:
            raise ValueError("an API key goes in a header or in the query: give one of header= and query=")
        self._key = key
        self._query = query
        self._header = None if query is not None else header or "X-API-Key"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Adds the key, and marks its header as one that other origins must not see."""
        if self._query is not None:
            request.url = request.url.copy_set_param(self._query, self._key)
        if self._header is not None:
            request.headers[self._header] = self._key
            request.extensions[_HOME] = (self._header, _origin(request.url))
        yield request

    def __repr__(self) -> str:
        where = f"query={self._query!r}" if self._query is not None else f"header={self._header!r}"
        return f"ApiKeyAuth('***', {where})"


async def drop_stray_key(request: httpx.Request) -> None:
    """Takes an API key's header off a request that was redirected to another origin, as httpx does Authorization."""
    header, home = request.extensions.get(_HOME, (None, None))
    if header is not None and home != _origin(request.url):
        request.headers.pop(header, None)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
