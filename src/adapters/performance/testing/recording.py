"""What a recording server saw: every request in order, and the counts an engine's result is held against."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from .messages import SeenRequest

_POLL_S = 0.002


class RequestLog:
    """The requests a server saw, in the order in which they were complete.

    Written on the server's thread, read on any other: reading first lets the server finish what it is
    doing (``settle``), so an answer the reader has received is always in the log. Beyond ``max_logged``
    requests only the counts go on.
    """

    def __init__(
        self, settle: Callable[[], None], *, keep_bodies: bool = True, max_logged: int = 2_000_000
    ) -> None:
        self._settle = settle
        self._keep_bodies = keep_bodies
        self._max_logged = max_logged
        self._in_flight: set[SeenRequest] = set()
        self._forget()

    def _forget(self) -> None:
        self._requests: list[SeenRequest] = []
        self._paths: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._faults: Counter[str] = Counter()
        self._total = self._completed = self._abandoned = self._connections = self._malformed = 0

    # Read by tests

    @property
    def requests(self) -> list[SeenRequest]:
        """The requests logged so far."""
        self._settle()
        return self._requests.copy()

    def __iter__(self) -> Iterator[SeenRequest]:
        return iter(self.requests)

    def __len__(self) -> int:
        return self.count()

    @property
    def last(self) -> SeenRequest:
        """The request seen last."""
        return self.requests[-1]

    def on(self, path: str) -> list[SeenRequest]:
        """The logged requests on one path."""
        return [request for request in self.requests if request.path == path]

    def count(self, path: str | None = None) -> int:
        """How many requests were seen, in all or on one path."""
        self._settle()
        return self._total if path is None else self._paths[path]

    def status_codes(self) -> Counter[int]:
        """How many requests ended with each status; one that was never given a status line is in none."""
        self._settle()
        return self._statuses.copy()

    def faults(self) -> Counter[str]:
        """How many requests met each injected fault."""
        self._settle()
        return self._faults.copy()

    @property
    def completed(self) -> int:
        """How many requests had their whole answer handed to the socket."""
        self._settle()
        return self._completed

    @property
    def abandoned(self) -> int:
        """How many requests their client left before the answer was complete."""
        self._settle()
        return self._abandoned

    @property
    def in_flight(self) -> int:
        """How many requests are seen and not yet answered, cut off or abandoned."""
        self._settle()
        return len(self._in_flight)

    @property
    def connections(self) -> int:
        """How many connections were opened (over TLS: got through the handshake on the server's side)."""
        self._settle()
        return self._connections

    @property
    def malformed(self) -> int:
        """How many times bytes came that are no HTTP request."""
        self._settle()
        return self._malformed

    def clear(self) -> None:
        """Forget everything but what is in flight."""
        self._settle()
        self._forget()

    def wait_for(self, count: int, timeout_s: float = 5.0, path: str | None = None) -> None:
        """Return once so many requests were seen; ``TimeoutError`` when that takes too long."""
        self._wait(lambda: self.count(path) >= count, timeout_s, f"{count} requests")

    def wait_until_idle(self, timeout_s: float = 5.0) -> None:
        """Return once nothing is in flight; ``TimeoutError`` when that takes too long."""
        self._wait(lambda: not self.in_flight, timeout_s, "nothing in flight")

    def _wait(self, reached: Callable[[], bool], timeout_s: float, wanted: str) -> None:
        deadline = time.monotonic() + timeout_s
        while not reached():
            if time.monotonic() > deadline:
                seen = f"{self._total} requests, {len(self._in_flight)} in flight"
                raise TimeoutError(f"waited {timeout_s:g} s for {wanted}; the server has seen {seen}")
            time.sleep(_POLL_S)

    # Written by the server

    def add(self, request: SeenRequest) -> None:
        """A request was seen."""
        self._total += 1
        request.number = self._total
        self._paths[request.path] += 1
        self._in_flight.add(request)
        if self._total <= self._max_logged:
            self._requests.append(request)

    def end(self, request: SeenRequest) -> None:
        """What became of a request is known."""
        if request not in self._in_flight:
            return
        self._in_flight.discard(request)
        if request.status is not None:
            self._statuses[request.status] += 1
        if request.fault is not None:
            self._faults[request.fault] += 1
        self._completed += request.completed
        self._abandoned += request.abandoned
        if not self._keep_bodies:
            request.body = b""

    def add_connection(self) -> int:
        """A client connected; returns the number of its connection."""
        self._connections += 1
        return self._connections

    def add_malformed(self) -> None:
        """Bytes that are no HTTP request arrived."""
        self._malformed += 1
