"""Making connections: a name looked up, its addresses tried in order, TLS when the origin asks for it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from time import perf_counter

from ..errors import WireError, connect_error
from .connection import Connection
from .heads import HeadCache
from .names import Names
from .origin import Origin
from .tls import Tickets, offer

_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Dialed:
    """A new connection and what making it took.

    ``connect_s`` is what TCP took, ``tls_s`` the handshake, None without one, and ``total_s`` both and the look-up of
    the name; ``resumed`` tells whether the handshake resumed a session.
    """

    connection: Connection
    connect_s: float
    total_s: float
    tls_s: float | None = None
    resumed: bool = False


class Dialer:
    """Makes connections to origins; addresses and heads are shared by all of them.

    ``unix_socket`` is where all origins are reached instead of over the network; ``family`` the one kind of addresses
    to use (socket.AF_INET or AF_INET6); ``server_name`` what servers are called in TLS, in place of the URL's host.
    """

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        *,
        names: Names | None = None,
        unix_socket: str | None = None,
        family: int = socket.AF_UNSPEC,
        server_name: str | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._heads = HeadCache()
        self._tls = tls
        self._names = names or Names()
        self._unix_socket = unix_socket
        self._family = family
        self._server_name = server_name

    async def dial(
        self,
        origin: Origin,
        *,
        timeout_s: float,
        local_address: str | None = None,
        tickets: Tickets | None = None,
    ) -> Dialed:
        """A new connection, from ``local_address`` if given, and resuming a session of ``tickets`` if there is one.

        WireError says how it failed.
        """
        began = perf_counter()
        name = self._server_name or origin.host
        if tickets is not None:
            offer(tickets.session(name))
        try:
            async with asyncio.timeout(timeout_s):
                connection, connect_s = await self._connect(origin, timeout_s, local_address)
                if origin.scheme != "https":
                    return Dialed(connection, connect_s, perf_counter() - began)
                connected = perf_counter()
                await self._shake_hands(connection, origin, name)
        except TimeoutError as error:
            raise WireError(
                "timeout", f"{origin.host}:{origin.port}: no connection within the timeout"
            ) from error
        done = perf_counter()
        if tickets is not None:
            tickets.keep(name, connection.tls)
        resumed = bool(connection.tls.session_reused)
        return Dialed(connection, connect_s, done - began, done - connected, resumed)

    async def _connect(
        self, origin: Origin, timeout_s: float, local_address: str | None
    ) -> tuple[Connection, float]:
        """A connection to the first address that answers, and the seconds since the first was tried."""
        if self._unix_socket is not None:
            started = perf_counter()
            connection = await self._to_unix_socket(self._unix_socket)
            return connection, perf_counter() - started
        family = self._family if local_address is None else _family_of(local_address)
        addresses = self._names.known(origin, family) or await self._names.addresses(origin, family)
        started = perf_counter()
        try:
            if len(addresses) == 1:
                connection = await self._to_address(addresses[0], origin.port, local_address)
            else:
                connection = await self._to_first(origin, family, addresses, timeout_s / 2, local_address)
        except OSError as error:
            raise connect_error(error, origin.host, origin.port) from error
        return connection, perf_counter() - started

    async def _to_first(
        self, origin: Origin, family: int, addresses: list[str], most_s: float, local_address: str | None
    ) -> Connection:
        """A connection to the first address that answers; all but the last have two seconds, or ``most_s``."""
        failure: OSError | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(None if address == addresses[-1] else min(_PATIENCE_S, most_s)):
                    connection = await self._to_address(address, origin.port, local_address)
            except OSError as error:
                if not isinstance(failure, TimeoutError):  # somebody may be there
                    failure = error
            else:
                self._names.prefer(origin, family, address)
                return connection
        assert failure is not None
        raise failure

    async def _to_address(self, address: str, port: int, local_address: str | None) -> Connection:
        local = None if local_address is None else (local_address, 0)
        _, connection = await self._loop.create_connection(self._new, address, port, local_addr=local)
        return connection

    async def _to_unix_socket(self, path: str) -> Connection:
        try:
            _, connection = await self._loop.create_unix_connection(self._new, path)
        except OSError as error:
            raise connect_error(error, path) from error
        return connection

    def _new(self) -> Connection:
        return Connection(self._loop, self._heads)

    async def _shake_hands(self, connection: Connection, origin: Origin, name: str) -> None:
        try:
            await connection.start_tls(self._context(), name)
        except (OSError, ssl.SSLError) as error:
            raise connect_error(error, origin.host, origin.port) from error

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


def _family_of(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
