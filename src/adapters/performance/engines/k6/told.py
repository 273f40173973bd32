"""Samples told to a collector."""

from __future__ import annotations

from ...metrics.collector import MetricsCollector
from ...metrics.grouping import windows_of
from ...metrics.samples import Samples


def tell(collector: MetricsCollector, samples: Samples) -> None:
    """Adds samples, those without a status left out of the status codes."""
    collector.keep_samples(samples)
    for window in windows_of(samples):
        for stats in window.requests.values():
            if stats.status_codes is not None:
                del stats.status_codes[0]
        collector.add_window(window)
