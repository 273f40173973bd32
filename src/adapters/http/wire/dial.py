"""Making connections: names resolved once, every address tried in order, TLS when the origin asks for it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from urllib.parse import urlsplit

from ..errors import WireError, connect_error
from .connection import Connection
from .heads import HeadCache


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests go: scheme, host and port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The value of a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


_PORTS = {"http": 80, "https": 443}


def split_url(url: str) -> tuple[Origin, str]:
    """The origin of an absolute URL and the target of a request for it; WireError (protocol) if it is not one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WireError("protocol", f"not a URL: {url!r}: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise WireError("protocol", f"not an http or https URL: {url!r}")
    target = parts.path or "/"
    if parts.query or "?" in url.partition("#")[0]:
        target += f"?{parts.query}"
    return _origin(parts.scheme, parts.hostname, port or _PORTS[parts.scheme]), target


@lru_cache(maxsize=1024)
def _origin(scheme: str, host: str, port: int) -> Origin:
    """The same object for the same origin, so that a sender finds its connection without looking for it."""
    return Origin(scheme, host, port)


class Dialer:
    """Makes connections to origins; addresses and heads are shared by all of them."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._heads = HeadCache()
        self._addresses: dict[tuple[str, int], list[str]] = {}
        self._tls = tls

    async def dial(self, origin: Origin, *, timeout_s: float) -> tuple[Connection, float]:
        """A new connection and the seconds it took, TLS included; WireError says how it failed."""
        started = perf_counter()
        try:
            async with asyncio.timeout(timeout_s):
                connection = await self._dial(origin)
        except TimeoutError as error:
            raise WireError(
                "timeout", f"{origin.host}:{origin.port}: no connection within the timeout"
            ) from error
        return connection, perf_counter() - started

    async def _dial(self, origin: Origin) -> Connection:
        last: Exception | None = None
        for address in await self._resolve(origin):
            try:
                _, connection = await self._loop.create_connection(
                    lambda: Connection(self._loop, self._heads),
                    address,
                    origin.port,
                    ssl=self._context() if origin.scheme == "https" else None,
                    server_hostname=origin.host if origin.scheme == "https" else None,
                )
            except (OSError, ssl.SSLError) as error:
                last = error
            else:
                return connection
        assert last is not None
        raise connect_error(last, origin.host, origin.port) from last

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    async def _resolve(self, origin: Origin) -> list[str]:
        key = (origin.host, origin.port)
        known = self._addresses.get(key)
        if known is not None:
            return known
        try:
            found = await self._loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise connect_error(error, origin.host, origin.port) from error
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        self._addresses[key] = addresses
        return addresses
