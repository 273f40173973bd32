"""Sending over our own wire code: one kept connection for each origin a user talks to."""

from __future__ import annotations

from time import perf_counter

from ....http.errors import WireError
from ....http.wire import Connection, Dialer, Origin
from .sender import Exchange, Outgoing
from .volley import Volley
from .wire_form import WireForm, failed, read_answer, wire_form

_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")


class WireSender:
    """One user's connections over our own wire code."""

    def __init__(self, dialer: Dialer, *, keep_alive: bool, user_agent: str) -> None:
        self._dialer = dialer
        self._keep_alive = keep_alive
        self._user_agent = user_agent
        self._connections: dict[Origin, Connection] = {}
        self._exchange = Exchange()
        self.resent = 0
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
                data = b"%bCookie: %b\r\n\r\n%b" % (form.head, cookie.encode(), form.body)
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
            return failed(exchange, error, connection, sent)
        head = connection.head
        exchange.first_byte_at = connection.first_byte_at
        exchange.done_at = connection.done_at
        exchange.status = head.status
        exchange.bytes_received = connection.bytes_received
        exchange.bytes_sent = sent
        exchange.plain = plain = not (request.keep_body or head.sets_cookies or head.status >= 300)
        if not plain:
            read_answer(exchange, connection, request.keep_body)
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
        """Whether a request met a kept connection that the server had just closed (RFC 9112, section 9.3.1).

        One that left before that was known is sent again only if its method is idempotent, and is counted.
        """
        if connection.unsent:
            return True
        resend = connection.closed_unanswered and exchange.connect_s is None and method in _IDEMPOTENT
        self.resent += resend
        return resend

    async def _connect(self, origin: Origin, deadline: float, exchange: Exchange) -> Connection:
        known = self._connections.get(origin)
        if known is not None and known.open:
            self._origin, self._connection = origin, known
            return known
        connection, exchange.connect_s = await self._dialer.dial(origin, timeout_s=deadline - perf_counter())
        self._connections[origin] = connection
        self._origin, self._connection = origin, connection
        return connection
