"""A recording: the counts and histograms that the figures of a result were read from, for reports and the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .timeline import TimelineRow
from .window import RequestStats


@dataclass(frozen=True, slots=True)
class Recording:
    """What a run measured, merged per request name (without the warm-up) and per second (with it), ascending."""

    requests: Mapping[str, RequestStats]
    seconds: Sequence[TimelineRow]

    def totals(self) -> RequestStats:
        """The statistics over all request names."""
        total = RequestStats()
        for stats in self.requests.values():
            total.merge(stats)
        return total
