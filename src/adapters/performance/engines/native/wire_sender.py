"""Sending over our own wire code: one kept connection for each origin a user talks to."""

from __future__ import annotations

from time import perf_counter
from typing import Protocol

from ....http.errors import WireError
from ....http.wire import Connection, Dialed, Origin
from .sender import ConnectionCounts, Exchange, Outgoing
from .volley import Volley
from .wire_form import WireForm, failed, read_content, wire_form

_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")


class Dial(Protocol):
    """Makes a connection the way one user does; WireError says how that failed."""

    async def __call__(self, origin: Origin, *, timeout_s: float) -> Dialed: ...


class WireSender:
    """One user's connections over our own wire code."""

    def __init__(self, dial: Dial, counts: ConnectionCounts, *, keep_alive: bool, user_agent: str) -> None:
        self._dial = dial
        self._counts = counts
        self._keep_alive = keep_alive
        self._user_agent = user_agent
        self._connections: dict[Origin, Connection] = {}
        self._exchange = Exchange()
        self._origin: Origin | None = None
        self._connection: Connection | None = None

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        """Sends a request and waits for its answer; failures are in the exchange, only cancelling raises."""
        exchange = self._exchange
        exchange.error = exchange.connect_s = None
        exchange.started_at = started_at = perf_counter()
        deadline = started_at + request.timeout_s
        connection: Connection | None = None
        sent = 0
        try:
            form: WireForm | None = request.prepared
            if form is None:
                form = request.prepared = wire_form(request, self._user_agent)
            data = form.data
            if cookie is not None:
                data = form.with_cookie(cookie)
            connection = self._connection
            if connection is None or not connection.open or form.origin is not self._origin:
                connection = None
                connection = await self._connect(form.origin, deadline, exchange)
            sent = len(data)
            try:
                if volley is None or request.keep_body or not self._keep_alive:
                    await connection.exchange(data, deadline, form.is_head, request.keep_body)
                else:
                    await volley.fire(connection, data, exchange, request.timeout_s, form.is_head)
            except WireError:
                if not self._may_resend(connection, request.method, exchange):
                    raise
                connection = None
                deadline = exchange.started_at + request.timeout_s
                connection = await self._connect(form.origin, deadline, exchange)
                await connection.exchange(data, deadline, form.is_head, request.keep_body)
        except WireError as error:
            if connection is not None and self._origin is not None:
                self._connections.pop(self._origin, None)
            return failed(exchange, error, connection, sent)
        head = connection.head
        exchange.first_byte_at = connection.first_byte_at
        exchange.done_at = connection.done_at
        exchange.status = head.status
        exchange.bytes_received = connection.bytes_received
        exchange.bytes_sent = sent
        exchange.plain = plain = not (request.reads_answer or head.sets_cookies or head.status >= 300)
        if not plain:
            read_content(exchange, connection, request.keep_body)
        if not self._keep_alive:
            connection.close()
        return exchange

    @property
    def busy(self) -> bool:
        """Whether a request is under way that the server may have seen."""
        return self._connection is not None and self._connection.busy

    async def close(self) -> None:
        """Closes the user's connections."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
        self._connection = None

    def _may_resend(self, connection: Connection, method: str, exchange: Exchange) -> bool:
        resend = may_resend(connection, method, is_fresh=exchange.connect_s is not None)
        self._counts.resent += resend and not connection.unsent
        return resend

    async def _connect(self, origin: Origin, deadline: float, exchange: Exchange) -> Connection:
        known = self._connections.get(origin)
        if known is not None and known.open:
            self._origin, self._connection = origin, known
            return known
        self._connections.pop(origin, None)
        dialed = await self._dial(origin, timeout_s=deadline - perf_counter())
        note_connection(dialed, exchange, self._counts)
        self._counts.reconnects += known is not None
        if self._keep_alive:
            self._connections[origin] = dialed.connection
        self._origin, self._connection = origin, dialed.connection
        return dialed.connection


class IdlingSender(WireSender):
    """One user's connections, closed instead of used once they were idle for more than ``idle_s``."""

    def __init__(self, dial: Dial, counts: ConnectionCounts, *, idle_s: float, user_agent: str) -> None:
        super().__init__(dial, counts, keep_alive=True, user_agent=user_agent)
        self._idle_s = idle_s

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        """Sends a request and waits for its answer; failures are in the exchange, only cancelling raises."""
        oldest = perf_counter() - self._idle_s
        for origin, connection in list(self._connections.items()):
            if connection.open and connection.done_at < oldest:
                connection.close()
                del self._connections[origin]
        return await super().send(request, cookie, volley)


def may_resend(connection: Connection, method: str, *, is_fresh: bool) -> bool:
    """Whether a request met a kept connection that the server had just closed (RFC 9112, section 9.3.1).

    One that left before that was known is sent again only if its method is idempotent.
    """
    return connection.unsent or (connection.closed_unanswered and not is_fresh and method in _IDEMPOTENT)


def note_connection(dialed: Dialed, exchange: Exchange, counts: ConnectionCounts) -> None:
    """Notes what it took to make a connection for an exchange."""
    exchange.connect_s, exchange.tls_s = dialed.connect_s, dialed.tls_s
    counts.tls_resumed += dialed.resumed
