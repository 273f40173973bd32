"""What a worker measures, gathered into one window a second while requests only append to lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import chain
from math import isnan, nan
from time import perf_counter

import numpy as np

from ....http.errors import WireError
from ...metrics.groups import GroupStats
from ...metrics.histogram import Histogram
from ...metrics.samples import FloatArray
from ...metrics.window import RequestStats, Window
from .sender import Exchange

_NS = 1e9
Seconds = list[float]


class NameRecorder:
    """The requests of one name within the current window; times in seconds.

    Most answers come in one piece, so that their first byte is their last: ``at_once`` holds their latencies by
    status. ``latency`` and ``ttfb`` are those of the others; ``broken`` the latencies without a whole answer.
    """

    def __init__(self, clock: WindowClock, *, wire_bytes: bool) -> None:
        self._clock = clock
        self._open_model = clock.open_model
        self._wire_bytes = wire_bytes
        self._clear()

    def _clear(self) -> None:
        self._at_once: dict[int, Seconds] = {}
        self._latency: Seconds = []
        self._ttfb: Seconds = []
        self._broken: Seconds = []
        self._statuses: Counter[int] = Counter()
        self._errors: Counter[tuple[str, str]] = Counter()
        self._failures = 0
        self._bytes_received = 0
        self._bytes_sent = 0
        self._connect: Seconds = []
        self._tls: Seconds = []
        self._response: Seconds = []

    def answered(self, exchange: Exchange, intended_at: float | None = None) -> None:
        """One request whose whole answer came; ``intended_at`` is when it was due, if not when it was sent."""
        done_at = exchange.done_at
        if done_at >= self._clock.window_end:
            self._clock.roll(done_at)
        first_byte_at = exchange.first_byte_at
        if first_byte_at == done_at:
            try:
                self._at_once[exchange.status].append(done_at - exchange.started_at)
            except KeyError:
                self._at_once[exchange.status] = [done_at - exchange.started_at]
        else:
            self._latency.append(done_at - exchange.started_at)
            self._ttfb.append(first_byte_at - exchange.started_at)
            self._statuses[exchange.status] += 1
        self._bytes_received += exchange.bytes_received
        self._bytes_sent += exchange.bytes_sent
        if self._open_model or exchange.connect_s is not None:
            self._note(exchange, intended_at)

    def unanswered(self, exchange: Exchange, error: WireError, intended_at: float | None = None) -> None:
        """One request that failed without a whole answer."""
        if exchange.done_at >= self._clock.window_end:
            self._clock.roll(exchange.done_at)
        self._broken.append(exchange.done_at - exchange.started_at)
        self._bytes_received += exchange.bytes_received
        self._bytes_sent += exchange.bytes_sent
        self._note(exchange, intended_at)
        self.failed(error.kind, error.message)

    def _note(self, exchange: Exchange, intended_at: float | None) -> None:
        if exchange.connect_s is not None:
            self._connect.append(exchange.connect_s)
            if exchange.tls_s is not None:
                self._tls.append(exchange.tls_s)
        if self._open_model and not isnan(exchange.started_at):
            self._response.append(exchange.done_at - (intended_at or exchange.started_at))

    def unsent(self, kind: str, message: str) -> None:
        """One request that could not be sent: it counts, and has no time."""
        self.unanswered(Exchange(started_at=nan, done_at=perf_counter()), WireError(kind, message))

    def failed(self, kind: str, message: str) -> None:
        """The request just told of was a failure."""
        self._failures += 1
        self._errors[kind, message] += 1

    def _broken_known(self) -> Seconds:
        return [seconds for seconds in self._broken if not isnan(seconds)]

    def take(self) -> RequestStats | None:
        """The figures since the last time, or None when there were no requests."""
        statuses = self._statuses + Counter({status: len(times) for status, times in self._at_once.items()})
        requests = statuses.total() + len(self._broken)
        if not requests:
            return None
        at_once = histogram(list(chain.from_iterable(self._at_once.values())))
        stats = RequestStats(
            requests=requests,
            failures=self._failures,
            latency=at_once + histogram(self._latency) + histogram(self._broken_known()),
            ttfb=at_once + histogram(self._ttfb),
            connect=histogram(self._connect),
            tls=histogram(self._tls),
            response=histogram(self._response) if self._open_model else None,
            status_codes=statuses,
            errors=self._errors,
            bytes_received=self._bytes_received if self._wire_bytes else None,
            bytes_sent=self._bytes_sent if self._wire_bytes else None,
        )
        self._clear()
        return stats


def histogram(seconds: Seconds) -> Histogram:
    """A histogram of times in seconds."""
    return histogram_of(np.array(seconds, dtype=np.float64)) if seconds else Histogram()


def histogram_of(seconds: FloatArray) -> Histogram:
    """A histogram of an array of times in seconds."""
    filled = Histogram()
    filled.record(seconds * _NS)
    return filled


class GroupTimes:
    """The groups of one name within the current window."""

    __slots__ = ("_failures", "_seconds")

    def __init__(self) -> None:
        self._seconds: Seconds = []
        self._failures = 0

    def add(self, duration_s: float, *, failed: bool) -> None:
        """One that came to its end."""
        self._seconds.append(duration_s)
        self._failures += failed

    def stats(self) -> GroupStats:
        """Their figures."""
        return GroupStats(len(self._seconds), self._failures, histogram(self._seconds))


class WindowClock:
    """Cuts time into whole seconds since ``epoch`` and emits a window when one is over."""

    def __init__(
        self,
        emit: Callable[[Window], None],
        *,
        open_model: bool,
        wire_bytes: bool,
        make_recorder: Callable[[WindowClock, str], NameRecorder] | None = None,
    ) -> None:
        self._emit = emit
        self._wire_bytes = wire_bytes
        self._make_recorder = make_recorder or self._plain_recorder
        self._names: dict[str, NameRecorder] = {}
        self._aside: dict[str, NameRecorder] = {}
        self._groups: dict[str, GroupTimes] = {}
        self._second = 0
        self.open_model = open_model
        self.epoch = perf_counter()
        self.window_end = self.epoch + 1
        self._users = self._most_users = 0
        self.iterations = 0
        self.dropped = 0
        self.interrupted = 0
        self.in_flight: Counter[str] = Counter()
        self.checks: dict[str, list[int]] = {}
        self.lag: Seconds = []

    def begin(self, epoch: float) -> None:
        """Sets the moment that seconds are counted from."""
        self.epoch = epoch
        self.window_end = epoch + 1

    def recorder(self, name: str, *, aside: bool = False) -> NameRecorder:
        """The recorder of a request name, the same each time; ``aside`` that of requests in no other figure."""
        recorders, make = (self._aside, self._plain_recorder) if aside else (self._names, self._make_recorder)
        if name not in recorders:
            recorders[name] = make(self, name)
        return recorders[name]

    @staticmethod
    def _plain_recorder(clock: WindowClock, name: str) -> NameRecorder:
        return NameRecorder(clock, wire_bytes=clock._wire_bytes)

    def group_ended(self, name: str, ended_at: float, duration_s: float, *, failed: bool) -> None:
        """Counts one group of steps that came to its end."""
        if ended_at >= self.window_end:
            self.roll(ended_at)
        self._groups.setdefault(name, GroupTimes()).add(duration_s, failed=failed)

    def user_begins(self) -> None:
        """Counts one more active user."""
        self._users += 1
        self._most_users = max(self._most_users, self._users)

    def user_ends(self) -> None:
        """Counts one active user less."""
        self._users -= 1

    def cut_off(self, name: str) -> None:
        """Counts one request that was in flight at the end; ``in_flight`` is those of the whole run by name."""
        self.interrupted += 1
        self.in_flight[name] += 1

    def check(self, name: str, passed: bool) -> None:
        """Counts one check."""
        counts = self.checks.get(name)
        if counts is None:
            counts = self.checks[name] = [0, 0]
        counts[not passed] += 1

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
        window = Window(
            start_s=self._second,
            users=self._most_users,
            requests=_taken(self._names),
            aside=_taken(self._aside),
            groups={name: times.stats() for name, times in self._groups.items()},
            iterations=self.iterations,
            dropped=self.dropped if self.open_model else None,
            interrupted=self.interrupted,
            checks={name: (passed, failed) for name, (passed, failed) in self.checks.items()},
            lag=histogram(self.lag) if self.open_model else None,
        )
        self._most_users = self._users
        self.iterations = self.dropped = self.interrupted = 0
        self.checks = {}
        self.lag = []
        self._groups = {}
        self._emit(window)


def _taken(recorders: Mapping[str, NameRecorder]) -> dict[str, RequestStats]:
    return {name: stats for name, recorder in recorders.items() if (stats := recorder.take())}
