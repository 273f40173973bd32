"""A server whose every delay is known: it writes what each request took it to a file, or stalls as a whole.

    python -m benchmarks.native.timed_server PORT_FILE LOG_FILE [STALL_AT_S STALL_S]

Delays are drawn from a log-normal distribution, median 5 ms, at most half a second. What is logged is the time between
a request's arrival in this process and the handing over of its answer, in seconds. With a stall there are no delays,
but ``STALL_AT_S`` seconds after the first request the whole server sleeps for ``STALL_S``.
"""

import array
import asyncio
import heapq
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

from adapters.performance.engines.native.alarm import Alarm, make_alarm

_ANSWER = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nok\n"


class Server:
    """The delays and the log that all connections share."""

    def __init__(self, stall: tuple[float, float] | None) -> None:
        self.stall = stall
        self.log = array.array("d")
        self._random = random.Random(5)
        self._held: list[tuple[float, int, float, Callable[[], None]]] = []
        self._number = 0
        self._alarm: Alarm | None = None

    def hold_back(self, arrived_at: float, answer: Callable[[], None]) -> None:
        """Calls ``answer`` after a delay, to the microsecond: a timer of the loop counts whole milliseconds."""
        delay_s = min(0.5, self._random.lognormvariate(-5.3, 1.0))
        self._number += 1
        heapq.heappush(self._held, (arrived_at + delay_s, self._number, arrived_at, answer))
        self._alarm = self._alarm or make_alarm(self._answer_due)
        self._alarm.set(self._held[0][0])

    def _answer_due(self) -> None:
        assert self._alarm is not None
        while self._held and self._held[0][0] <= perf_counter():
            _, _, arrived_at, answer = heapq.heappop(self._held)
            self.log.append(perf_counter() - arrived_at)
            answer()
        if self._held:
            self._alarm.set(self._held[0][0])

    def first_request(self) -> None:
        """Sets the stall, counted from now."""
        if self.stall is not None:
            at_s, lasts_s = self.stall
            self.stall = None
            asyncio.get_running_loop().call_later(at_s, time.sleep, lasts_s)


class TimedConnection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, server: Server, *, delays: bool) -> None:
        self._server = server
        self._delays = delays

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        arrived_at = perf_counter()
        if not data.endswith(b"\r\n\r\n"):
            raise RuntimeError("a request in pieces")
        if not self._delays:
            self._server.first_request()
            self._transport.write(_ANSWER)
            return
        self._server.hold_back(arrived_at, lambda: self._transport.write(_ANSWER))


async def serve(port_file: Path, shared: Server) -> None:
    """Serves until SIGTERM; the port is in a file once it listens."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    delays = shared.stall is None
    listening = await loop.create_server(
        lambda: TimedConnection(shared, delays=delays), "127.0.0.1", 0, backlog=4096
    )
    await asyncio.to_thread(port_file.write_text, str(listening.sockets[0].getsockname()[1]))
    await ended.wait()


if __name__ == "__main__":
    stall = (float(sys.argv[3]), float(sys.argv[4])) if len(sys.argv) > 3 else None
    server = Server(stall)
    uvloop.run(serve(Path(sys.argv[1]), server))
    Path(sys.argv[2]).write_bytes(server.log.tobytes())
