"""The other end of a wire connection, played by a test: it decides what arrives, and in which pieces."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from adapters.http.errors import WireError
from adapters.http.wire.connection import Connection
from adapters.http.wire.heads import HeadCache

PLENTY = 2**20
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
NO_DEADLINE = float("inf")


class Outcome(NamedTuple):
    """What a connection made of one answer: ``kind`` is None when it was a good one; ``kept`` if it stays open."""

    kind: str | None
    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    received: int = 0
    kept: bool = False


class StillLoop:
    """An event loop in which nothing happens by itself."""

    def call_soon(self, callback, *args):
        raise AssertionError("nothing is cancelled here")

    def call_later(self, delay_s, callback, *args):
        raise AssertionError("there is no deadline here")


class Wire(asyncio.Transport):
    """A transport to nowhere."""

    def write(self, data):
        pass

    def abort(self):
        pass

    def get_write_buffer_size(self):
        return 0


class Peer:
    """One connection; ``heads`` are the heads already seen by others."""

    def __init__(self, heads: HeadCache | None = None) -> None:
        self.connection = Connection(StillLoop(), HeadCache() if heads is None else heads)
        self.connection.connection_made(Wire())
        self._outcome: Outcome | None = None

    @property
    def open(self) -> bool:
        return self.connection.open

    def ask(self, *, is_head: bool = False, keep_body: int = PLENTY) -> None:
        """Sends a request, the answer to which is then awaited."""
        self._outcome = None
        signal = self.connection.exchange(REQUEST, NO_DEADLINE, is_head, keep_body)
        signal.add_done_callback(self._done)

    def send(self, data: bytes) -> Outcome | None:
        """Has bytes arrive; the outcome, once there is one."""
        if data and self.connection.open:
            self.connection.data_received(data)
        return self._outcome

    def end(self, error: Exception | None = None) -> Outcome | None:
        """Has the connection end, by a reset if there is an error."""
        if error is None:
            self.connection.eof_received()
        self.connection.connection_lost(error)
        return self._outcome

    def answer(
        self, pieces: Iterable[bytes], *, close: bool = False, is_head: bool = False, keep_body: int = PLENTY
    ) -> Outcome | None:
        """The outcome of a request that these bytes answer, None if it is still waited for."""
        self.ask(is_head=is_head, keep_body=keep_body)
        for piece in pieces:
            self.send(piece)
        return self.end() if close else self._outcome

    def _done(self, signal) -> None:
        connection = self.connection
        received = connection.bytes_received
        try:
            signal.result()
        except WireError as error:
            self._outcome = Outcome(error.kind, received=received, kept=connection.open)
            return
        body = connection.body if connection._keep_body else b""
        headers = tuple(connection.headers)
        self._outcome = Outcome(None, connection.status, headers, body, received, connection.open)
