"""Connections kept open between requests: per origin and event loop, never more than allowed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from math import inf
from ssl import SSLContext
from time import perf_counter
from typing import Self

from .wire import Connection, Dialed, Dialer, Origin

_CLOSED = "Cannot send a request, as the client has been closed."  # httpx's words


Dial = Callable[[float], Awaitable[Dialed]]
"""Makes a connection within so many seconds; WireError says how that failed."""


@dataclass(slots=True)
class Lease:
    """A connection lent to one request; ``dialed`` is None if it was open already.

    ``replaces`` tells that it was made in place of one that the server had ended between requests.
    """

    connection: Connection
    dialed: Dialed | None
    waited_s: float
    replaces: bool = False

    @property
    def connect_s(self) -> float | None:
        """How long it took to connect, the look-up of the name and TLS included; None if it was open already."""
        return None if self.dialed is None else self.dialed.total_s


class Places:
    """The connections to one origin: at most ``limit``, the last one used is used next, who waits is served in turn.

    Every place is either lent to a request, with a connection or the right to make one, or free; a connection no
    request has is idle. There are never more idle connections than free places, so no request waits while one is idle.
    Connections are closed when they were idle for ``keep_s``.
    ``lost`` counts those that the server ended between requests and that are not replaced yet.
    """

    def __init__(self, dial: Dial, *, limit: int, keep_s: float = inf) -> None:
        self._loop = asyncio.get_running_loop()
        self._dial = dial
        self._free = limit
        self._keep_s = keep_s
        self._idle: deque[tuple[Connection, float]] = deque()
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False
        self.lost = 0

    async def borrow(self, *, connect_s: float, pool_s: float, total_s: float = inf) -> Lease:
        """A connection, after waiting for a place at most ``pool_s``: TimeoutError then, WireError if none can be made.

        Waiting and connecting together take at most ``total_s``.
        Give it back with ``give_back``, whatever came of it.
        """
        started = perf_counter()
        connection = await self._place(pool_s)
        waited_s = perf_counter() - started
        if connection is not None:
            return Lease(connection, None, waited_s)
        try:
            dialed = await self._dial(min(connect_s, total_s - waited_s))
        except BaseException:
            self.give_back(None)
            raise
        return Lease(dialed.connection, dialed, waited_s, self._replaces())

    async def renew(self, lease: Lease, *, connect_s: float) -> None:
        """Puts a fresh connection in the place of one that turned out to be closed; WireError if none can be made."""
        self.lost += 1
        lease.dialed = await self._dial(connect_s)
        lease.connection, lease.replaces = lease.dialed.connection, self._replaces()

    def give_back(self, connection: Connection | None) -> None:
        """Frees a place, and keeps its connection if it is open."""
        if connection is not None and (self._closed or not connection.open):
            connection.close()
            connection = None
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(connection)
                return
        self._free += 1
        if connection is not None:
            self._idle.append((connection, self._loop.time()))
            if self._sweep is None and self._keep_s < inf:
                self._sweep = self._loop.call_later(self._keep_s, self._close_old)

    def close(self) -> None:
        """Closes what is idle now, and what is lent when it comes back; who waits for a place gets RuntimeError."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        while self._idle:
            self._idle.pop()[0].close()
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_exception(RuntimeError(_CLOSED))

    def _replaces(self) -> bool:
        """Whether a connection just made stands for a lost one."""
        replaces = self.lost > 0
        self.lost -= replaces
        return replaces

    async def _place(self, timeout_s: float) -> Connection | None:
        if self._closed:
            raise RuntimeError(_CLOSED)
        if self._free == 0:
            return await self._turn(timeout_s)
        self._free -= 1
        while self._idle:
            connection, _ = self._idle.pop()
            if _fit(connection):
                return connection
            self.lost += 1
        return None

    async def _turn(self, timeout_s: float) -> Connection | None:
        first_come = self._loop.create_future()
        self._waiting.append(first_come)
        try:
            async with asyncio.timeout(timeout_s):
                connection: Connection | None = await first_come
        except BaseException:
            if first_come.done() and not first_come.cancelled() and first_come.exception() is None:
                self.give_back(first_come.result())  # it came in the same moment
            raise
        if connection is None or _fit(connection):
            return connection
        self.lost += 1
        return None

    def _close_old(self) -> None:
        self._sweep = None
        newest_old = self._loop.time() - self._keep_s
        while self._idle and self._idle[0][1] <= newest_old:
            self._idle.popleft()[0].close()
        if self._idle:
            self._sweep = self._loop.call_at(self._idle[0][1] + self._keep_s, self._close_old)


class Pool:
    """The connections of one event loop, closed with it at the latest."""

    def __init__(self, tls: Callable[[], SSLContext], *, limit: int, keep_s: float) -> None:
        self.loop = asyncio.get_running_loop()
        self._tls = tls
        self._limit = limit
        self._keep_s = keep_s
        self._places: dict[Origin, Places] = {}
        self._life = _life(self)

    @classmethod
    async def open(cls, tls: Callable[[], SSLContext], *, limit: int, keep_s: float) -> Self:
        """A pool for the running loop, which closes it when it ends: ``asyncio.run`` closes async generators then."""
        pool = cls(tls, limit=limit, keep_s=keep_s)
        await anext(pool._life)
        return pool

    def at(self, origin: Origin) -> Places:
        """The connections to an origin."""
        places = self._places.get(origin)
        if places is None:
            tls = self._tls() if origin.scheme == "https" else None
            places = Places(_Redialing(origin, tls), limit=self._limit, keep_s=self._keep_s)
            self._places[origin] = places
        return places

    def close(self) -> None:
        """Closes every connection, those lent when they come back; nothing to do once the loop is closed."""
        if not self.loop.is_closed():
            for places in self._places.values():
                places.close()


async def _life(pool: Pool) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        pool.close()


class _Redialing:
    """Connections to one origin; its name is looked up anew once one could not be made."""

    def __init__(self, origin: Origin, tls: SSLContext | None) -> None:
        self._origin = origin
        self._tls = tls
        self._dialer = Dialer(tls)

    async def __call__(self, timeout_s: float) -> Dialed:
        try:
            return await self._dialer.dial(self._origin, timeout_s=timeout_s)
        except Exception:
            self._dialer = Dialer(self._tls)
            raise


def _fit(connection: Connection) -> bool:
    """Whether an idle connection can take a request; one that cannot is closed."""
    if not connection.stale:
        return True
    connection.close()
    return False
