"""The timeline of a run: one row per second, over all request names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .histogram import Histogram
from .window import RequestStats, Window, sum_of_told


@dataclass(slots=True)
class TimelineRow:
    """One second of the run over all request names; what no source reported is None.

    ``errors`` counts failures by their kind. ``response`` (from when requests were due) and ``status_codes`` are None
    unless they are known of every request of the second.
    """

    start_s: int
    requests: int = 0
    failures: int = 0
    users: int | None = None
    iterations: int | None = None
    dropped: int | None = None
    latency: Histogram = field(default_factory=Histogram)
    response: Histogram | None = None
    status_codes: Counter[int] | None = None
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, window: Window) -> None:
        """Add one report on this second."""
        for stats in window.requests.values():
            if stats.requests:
                self._add(stats)
        self.users = sum_of_told(self.users, window.users)
        self.iterations = sum_of_told(self.iterations, window.iterations)
        self.dropped = sum_of_told(self.dropped, window.dropped)

    def _add(self, stats: RequestStats) -> None:
        first = not self.requests
        self.requests += stats.requests
        self.failures += stats.failures
        self.latency.merge(stats.latency)
        for (kind, _), count in stats.errors.items():
            self.errors[kind] += count
        if first:
            self.response = None if stats.response is None else stats.response.copy()
            self.status_codes = None if stats.status_codes is None else Counter(stats.status_codes)
            return
        if self.response is not None and stats.response is not None:
            self.response.merge(stats.response)
        else:
            self.response = None
        if self.status_codes is not None and stats.status_codes is not None:
            self.status_codes.update(stats.status_codes)
        else:
            self.status_codes = None

    def pack(self) -> None:
        """Take the smallest form in memory; the row can still be added to."""
        self.latency.pack()
        if self.response is not None:
            self.response.pack()
