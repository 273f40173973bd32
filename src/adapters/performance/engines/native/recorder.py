"""What a worker measures, gathered into one window a second while requests only append to lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import perf_counter

import numpy as np

from ...metrics.histogram import Histogram
from ...metrics.window import RequestStats, Window

_NS = 1e9
Seconds = list[float]


class NameRecorder:
    """The requests of one name within the current window; times in seconds."""

    __slots__ = (
        "_clock", "bytes_received", "bytes_sent", "connect", "errors", "failures", "latency", "response",
        "statuses", "ttfb", "unknown", "wire_bytes",
    )  # fmt: skip

    def __init__(self, clock: WindowClock, *, wire_bytes: bool) -> None:
        self._clock = clock
        self.wire_bytes = wire_bytes
        self._clear()

    def _clear(self) -> None:
        self.latency: Seconds = []
        self.ttfb: Seconds = []
        self.connect: Seconds = []
        self.response: Seconds = []
        self.statuses: dict[int, int] = {}
        self.errors: Counter[tuple[str, str]] = Counter()
        self.failures = 0
        self.unknown = 0
        self.bytes_received = 0
        self.bytes_sent = 0

    def answered(
        self, done_at: float, latency_s: float, ttfb_s: float, status: int, received: int, sent: int
    ) -> None:
        """One request whose whole answer came."""
        if done_at >= self._clock.window_end:
            self._clock.roll(done_at)
        self.latency.append(latency_s)
        self.ttfb.append(ttfb_s)
        statuses = self.statuses
        statuses[status] = statuses.get(status, 0) + 1
        self.bytes_received += received
        self.bytes_sent += sent

    def failed(self, kind: str, message: str) -> None:
        """The request just told of was a failure."""
        self.failures += 1
        self.errors[kind, message] += 1

    def unanswered(
        self, done_at: float, latency_s: float, kind: str, message: str, received: int, sent: int
    ) -> None:
        """One request that failed without a whole answer."""
        if done_at >= self._clock.window_end:
            self._clock.roll(done_at)
        self.latency.append(latency_s)
        self.unknown += 1
        self.bytes_received += received
        self.bytes_sent += sent
        self.failed(kind, message)

    def take(self) -> RequestStats | None:
        """The figures since the last time, or None when there were no requests."""
        if not self.latency:
            return None
        stats = RequestStats(
            requests=len(self.latency),
            failures=self.failures,
            latency=histogram(self.latency),
            ttfb=histogram(self.ttfb),
            connect=histogram(self.connect),
            response=histogram(self.response) if self._clock.open_model else None,
            status_codes=Counter(self.statuses),
            errors=self.errors,
            bytes_received=self.bytes_received if self.wire_bytes else None,
            bytes_sent=self.bytes_sent if self.wire_bytes else None,
        )
        self._clear()
        return stats


def histogram(seconds: Seconds) -> Histogram:
    """A histogram of times in seconds."""
    filled = Histogram()
    if seconds:
        filled.record(np.array(seconds, dtype=np.float64) * _NS)
    return filled


class WindowClock:
    """Cuts time into whole seconds since ``epoch`` and emits a window when one is over."""

    def __init__(self, emit: Callable[[Window], None], *, open_model: bool, wire_bytes: bool) -> None:
        self._emit = emit
        self._wire_bytes = wire_bytes
        self._names: dict[str, NameRecorder] = {}
        self._second = 0
        self.open_model = open_model
        self.epoch = perf_counter()
        self.window_end = self.epoch + 1
        self.users = 0
        self.iterations = 0
        self.dropped = 0
        self.interrupted = 0
        self.checks: dict[str, list[int]] = {}
        self.lag: Seconds = []

    def begin(self, epoch: float) -> None:
        """Sets the moment that seconds are counted from."""
        self.epoch = epoch
        self.window_end = epoch + 1

    def recorder(self, name: str) -> NameRecorder:
        """The recorder of a request name, the same each time."""
        if name not in self._names:
            self._names[name] = NameRecorder(self, wire_bytes=self._wire_bytes)
        return self._names[name]

    def check(self, name: str, passed: bool) -> None:
        """Counts one check."""
        counts = self.checks.setdefault(name, [0, 0])
        counts[0 if passed else 1] += 1

    def roll(self, now: float) -> None:
        """Emits the window that ended before ``now`` and begins the one that holds it."""
        self.flush()
        self._second = int(now - self.epoch)
        self.window_end = self.epoch + self._second + 1

    def tick(self) -> None:
        """Rolls if the window is over; called by a timer, for seconds in which nothing is done."""
        now = perf_counter()
        if now >= self.window_end:
            self.roll(now)

    def flush(self) -> None:
        """Emits the current window as it is."""
        requests = {name: stats for name, recorder in self._names.items() if (stats := recorder.take())}
        window = Window(
            start_s=self._second,
            users=self.users,
            requests=requests,
            iterations=self.iterations,
            dropped=self.dropped if self.open_model else None,
            interrupted=self.interrupted,
            checks={name: (passed, failed) for name, (passed, failed) in self.checks.items()},
            lag=histogram(self.lag) if self.open_model else None,
        )
        self.iterations = self.dropped = self.interrupted = 0
        self.checks = {}
        self.lag = []
        self._emit(window)
