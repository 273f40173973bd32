"""A server whose capacity is set by construction: so many slots, each busy for a fixed time with a request.

    with QueueServer(slots=4, service_s=0.02) as server:
        assert server.capacity == 200
        load(server.url)

Requests are served first come, first served. When a request is done is reckoned, not waited out, from when its slot
is free, so that the lateness of timers adds nothing to what the next one waits.
"""

from __future__ import annotations

import heapq
import random
from time import monotonic
from types import TracebackType
from typing import Self

from .connection import Service
from .host import ServerThread
from .messages import Reply, SeenRequest


class QueueServer:
    """Serves ``slots / service_s`` requests per second and no more, on loopback; a context manager.

    ``stall_every_s``: on the mean, at random moments drawn with ``seed``, all slots stand still for ``stall_s``.
    """

    def __init__(
        self,
        *,
        slots: int = 4,
        service_s: float = 0.02,
        stall_every_s: float | None = None,
        stall_s: float = 0.3,
        seed: int = 1,
    ) -> None:
        self.capacity = slots / service_s
        self.stalls = 0
        self._service = _Queue(self, slots, service_s)
        self._stall_every_s, self._stall_s = stall_every_s, stall_s
        self._random = random.Random(seed)
        self._next_stall: float | None = None
        self._thread = ServerThread(self._service, ("127.0.0.1", 0))
        self.url = ""

    def __enter__(self) -> Self:
        self.url = f"http://127.0.0.1:{self._thread.start()}/"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the port and every connection."""
        self._thread.stop()

    def stall_until(self, now: float) -> float:
        """Until when the slots stand still, if a stall is due."""
        if self._stall_every_s is None:
            return 0.0
        if self._next_stall is None:
            self._next_stall = now + self._random.expovariate(1 / self._stall_every_s)
        if now < self._next_stall:
            return 0.0
        self._next_stall = now + self._stall_s + self._random.expovariate(1 / self._stall_every_s)
        self.stalls += 1
        return now + self._stall_s


class _Queue(Service):
    """Each request takes the slot that is free first."""

    def __init__(self, server: QueueServer, slots: int, service_s: float) -> None:
        super().__init__()
        self._server = server
        self._service_s = service_s
        self._free = [0.0] * slots

    def reply(self, request: SeenRequest) -> Reply:
        now = monotonic()
        if until := self._server.stall_until(now):
            self._free = [max(free, until) for free in self._free]
        done = max(now, self._free[0]) + self._service_s
        heapq.heapreplace(self._free, done)
        return Reply(body=b"ok\n", delay_s=done - now)
