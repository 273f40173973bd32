"""One request sent again and again: by callbacks of its connection, since a task's turn for each costs a sixth more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

from ....http.wire import Connection
from ....http.wire.signal import Signal
from .recorder import NameRecorder, WindowClock
from .sender import Exchange


class Volley:
    """Leave to send a request again as long as ``go_on``, given the time, says so and the answers are plain.

    All but the last exchange are recorded here, each as an iteration; the last is left to whoever sent the request.
    """

    def __init__(self, clock: WindowClock, recorder: NameRecorder, go_on: Callable[[float], bool]) -> None:
        self._clock = clock
        self._recorder = recorder
        self._go_on = go_on

    async def fire(
        self, connection: Connection, data: bytes, exchange: Exchange, timeout_s: float, is_head: bool
    ) -> None:
        """Sends ``data`` until the volley is over; ``exchange`` is the last one's, and so is a WireError raised."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        record, go_on, clock = self._recorder.answered, self._go_on, self._clock
        send = connection.exchange
        exchange.bytes_sent = len(data)

        def answered(signal: Signal) -> None:
            try:
                signal.result()
                head = connection.head
                exchange.done_at = done_at = connection.done_at
                if head.sets_cookies or head.status >= 300 or not connection.open or not go_on(done_at):
                    over.set_result(None)
                    return
                exchange.first_byte_at = connection.first_byte_at
                exchange.status = head.status
                exchange.bytes_received = connection.bytes_received
                record(exchange)
                exchange.connect_s = None
                clock.iterations += 1
                exchange.started_at = started_at = perf_counter()
                send(data, started_at + timeout_s, is_head).add_done_callback(answered)
            except Exception as error:
                if not over.done():
                    over.set_exception(error)

        try:
            send(data, exchange.started_at + timeout_s, is_head).add_done_callback(answered)
            await over
        finally:
            if connection.busy:
                connection.close()
