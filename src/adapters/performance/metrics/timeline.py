"""The timeline of a run: one row per second, over all request names."""

from __future__ import annotations

from dataclasses import dataclass, field

from .histogram import Histogram
from .window import Window, sum_of_told


@dataclass(slots=True)
class TimelineRow:
    """One second of the run over all request names; what no source reported is None."""

    start_s: int
    requests: int = 0
    failures: int = 0
    users: int | None = None
    iterations: int | None = None
    dropped: int | None = None
    latency: Histogram = field(default_factory=Histogram)

    def add(self, window: Window) -> None:
        """Add one report on this second."""
        for stats in window.requests.values():
            self.requests += stats.requests
            self.failures += stats.failures
            self.latency.merge(stats.latency)
        self.users = sum_of_told(self.users, window.users)
        self.iterations = sum_of_told(self.iterations, window.iterations)
        self.dropped = sum_of_told(self.dropped, window.dropped)
