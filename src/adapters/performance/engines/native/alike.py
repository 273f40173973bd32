"""Rows of requests that are alike: where each is kept, most differ from the one before in nothing but their times.

Two appended times and a comparison are then all that a request costs; what it takes part in, the figures of its second
and its row, is made of the times of a whole second at once.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ....http.errors import WireError
from ...metrics.histogram import Histogram
from ...metrics.window import RequestStats
from .recorder import WindowClock, histogram_of
from .rows import Rows, SampledRecorder
from .sender import Exchange

_MOST_KINDS = 64


@dataclass(slots=True)
class Alike:
    """Answers that came at once and whole, of one status and size, over connections that were there; since a second."""

    status: int = -1
    received: int = -1
    sent: int = -1
    ends: array[float] = field(default_factory=lambda: array("d"))
    starts: array[float] = field(default_factory=lambda: array("d"))


class AlikeRecorder(SampledRecorder):
    """A recorder that keeps a row of each request of the closed model, cheaply while requests are alike."""

    def __init__(self, clock: WindowClock, rows: Rows, name: str, *, wire_bytes: bool) -> None:
        super().__init__(clock, rows, name, wire_bytes=wire_bytes)
        self._alike: dict[tuple[int, int, int], Alike] = {}
        self._last = Alike()
        self._told_alike = False

    def answered(self, exchange: Exchange, intended_at: float | None = None) -> None:
        """One request whose whole answer came; ``intended_at`` is when it was due, if not when it was sent."""
        done_at = exchange.done_at
        if done_at >= self._clock.window_end:
            self._clock.roll(done_at)
        if exchange.first_byte_at != done_at or exchange.connect_s is not None or intended_at is not None:
            self._told_alike = False
            super().answered(exchange, intended_at)
            return
        last = self._last
        if (
            exchange.status != last.status
            or exchange.bytes_received != last.received
            or exchange.bytes_sent != last.sent
        ):
            found = self._like(exchange)
            if found is None:
                self._told_alike = False
                super().answered(exchange, intended_at)
                return
            last = self._last = found
        self._told_alike = True
        last.ends.append(done_at)
        last.starts.append(exchange.started_at)

    def _like(self, exchange: Exchange) -> Alike | None:
        """Those of this second that are like this one, unless there are too many kinds of them."""
        key = exchange.status, exchange.bytes_received, exchange.bytes_sent
        found = self._alike.get(key)
        if found is None and len(self._alike) < _MOST_KINDS:
            found = self._alike[key] = Alike(*key)
        return found

    def unanswered(self, exchange: Exchange, error: WireError, intended_at: float | None = None) -> None:
        """One request that failed without a whole answer."""
        self._told_alike = False
        super().unanswered(exchange, error, intended_at)

    def failed(self, kind: str, message: str) -> None:
        """The request just told of was a failure."""
        if self._told_alike:
            self._take_back()
        super().failed(kind, message)

    def _take_back(self) -> None:
        """Tells of the last request again, by itself."""
        self._told_alike = False
        last = self._last
        done_at, started_at = last.ends.pop(), last.starts.pop()
        super().answered(
            Exchange(
                started_at=started_at,
                first_byte_at=done_at,
                done_at=done_at,
                status=last.status,
                bytes_received=last.received,
                bytes_sent=last.sent,
            )
        )

    def take(self) -> RequestStats | None:
        """The figures since the last time, or None when there were no requests."""
        stats = super().take() or RequestStats()
        for alike in self._alike.values():
            if alike.ends:
                stats.merge(self._taken(alike))
        self._alike, self._last, self._told_alike = {}, Alike(), False
        return stats if stats.requests else None

    def _taken(self, alike: Alike) -> RequestStats:
        ends, starts = np.frombuffer(alike.ends), np.frombuffer(alike.starts)
        self._rows.keep_alike(
            alike.ends,
            alike.starts,
            name=self._number,
            status=alike.status,
            received=alike.received,
            sent=alike.sent,
        )
        latency, count = histogram_of(ends - starts), len(ends)
        return RequestStats(
            requests=count,
            latency=latency,
            ttfb=latency.copy(),
            connect=Histogram(),
            tls=Histogram(),
            status_codes=Counter({alike.status: count}),
            bytes_received=count * alike.received if self._wire_bytes else None,
            bytes_sent=count * alike.sent if self._wire_bytes else None,
        )
