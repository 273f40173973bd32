"""Sending over connections that all users of a worker share: at most so many to each origin."""

from __future__ import annotations

from math import inf
from time import perf_counter

from ....http import pool
from ....http.errors import WireError
from ....http.pool import Lease, Places
from ....http.wire import Origin
from .sender import ConnectionCounts, Exchange, Outgoing
from .volley import Volley
from .wire_form import WireForm, failed, read_answer, wire_form
from .wire_sender import Dial, may_resend, note_connection


class SharedConnections:
    """The connections of a worker, at most ``limit`` to each origin, closed once they were idle for ``idle_s``.

    Whoever finds none free waits for its turn.
    """

    def __init__(self, dial: Dial, *, limit: int, idle_s: float | None) -> None:
        self._dial = dial
        self._limit = limit
        self._idle_s = inf if idle_s is None else idle_s
        self._places: dict[Origin, Places] = {}
        self._users = 0

    def join(self) -> None:
        """One more user sends over them."""
        self._users += 1

    def leave(self) -> None:
        """One user less; the last closes them."""
        self._users -= 1
        if not self._users:
            for places in self._places.values():
                places.close()
            self._places.clear()

    def at(self, origin: Origin) -> Places:
        """The connections to an origin."""
        places = self._places.get(origin)
        if places is None:
            places = Places(self._dialing(origin), limit=self._limit, keep_s=self._idle_s)
            self._places[origin] = places
        return places

    def _dialing(self, origin: Origin) -> pool.Dial:
        return lambda timeout_s: self._dial(origin, timeout_s=timeout_s)


class SharedSender:
    """One user's way to the connections that all share."""

    def __init__(self, shared: SharedConnections, counts: ConnectionCounts, *, user_agent: str) -> None:
        self._shared = shared
        self._counts = counts
        self._user_agent = user_agent
        self._exchange = Exchange()
        self.busy = False
        shared.join()

    async def send(self, request: Outgoing, cookie: str | None, volley: Volley | None = None) -> Exchange:
        """Sends a request and waits for its answer; failures are in the exchange, only cancelling raises.

        A volley is not fired: it would keep a connection from the other users.
        """
        exchange = self._exchange
        exchange.error = exchange.connect_s = None
        exchange.started_at = perf_counter()
        try:
            form: WireForm | None = request.prepared
            if form is None:
                form = request.prepared = wire_form(request, self._user_agent)
            places = self._shared.at(form.origin)
            lease = await self._borrow(places, exchange, request.timeout_s)
        except WireError as error:
            return failed(exchange, error, None, 0)
        data = form.data if cookie is None else form.with_cookie(cookie)
        try:
            await self._answer(data, form, request, lease, places)
            read_answer(exchange, lease.connection, request)
            exchange.bytes_sent = len(data)
        except WireError as error:
            failed(exchange, error, lease.connection, 0 if lease.connection.unsent else len(data))
        finally:
            self.busy = False
            places.give_back(lease.connection)
        return exchange

    async def close(self) -> None:
        """Leaves the connections to the others."""
        self._shared.leave()

    async def _borrow(self, places: Places, exchange: Exchange, timeout_s: float) -> Lease:
        try:
            lease = await places.borrow(connect_s=timeout_s, pool_s=timeout_s, total_s=timeout_s)
        except TimeoutError as error:
            raise WireError("timeout", "no shared connection was free within the timeout") from error
        self._note(lease)
        return lease

    async def _answer(
        self, data: bytes, form: WireForm, request: Outgoing, lease: Lease, places: Places
    ) -> None:
        deadline = self._exchange.started_at + request.timeout_s
        self.busy = True
        try:
            await lease.connection.exchange(data, deadline, form.is_head, request.keep_body)
        except WireError:
            connection = lease.connection
            if not may_resend(connection, request.method, is_fresh=lease.dialed is not None):
                raise
            self._counts.resent += not connection.unsent
            await places.renew(lease, connect_s=deadline - perf_counter())
            self._note(lease)
            await lease.connection.exchange(data, deadline, form.is_head, request.keep_body)
        places.lost += not lease.connection.open

    def _note(self, lease: Lease) -> None:
        if lease.dialed is not None:
            note_connection(lease.dialed, self._exchange, self._counts)
        self._counts.reconnects += lease.replaces
