"""Samples of several sorts told apart: requests, requests in no other figure, and groups of steps."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..metrics.collector import MetricsCollector
from ..metrics.grouping import group, windows_of
from ..metrics.groups import GroupStats
from ..metrics.samples import Samples
from ..metrics.window import Window


def tell_apart(
    collector: MetricsCollector, samples: Samples, *, aside: Collection[int], groups: Collection[int]
) -> Samples:
    """Tells the samples whose names are ``aside`` or of ``groups``, by their indexes; the requests that are left."""
    if not aside and not groups:
        return samples
    is_aside, is_group = (np.isin(samples.name, list(names)) for names in (aside, groups))
    for _, requests in group(samples.where(is_aside)):
        for stats in requests.values():
            if stats.status_codes is not None:
                del stats.status_codes[0]
        collector.add_aside(requests)
    for window in windows_of(samples.where(is_group)):
        ended = {
            name: GroupStats(stats.requests, stats.failures, stats.latency)
            for name, stats in window.requests.items()
        }
        collector.add_window(Window(window.start_s, groups=ended))
    return samples.where(~(is_aside | is_group))
