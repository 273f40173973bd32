"""Cooling down: after a probe that failed, a light load goes on until the median is back where it was."""

from __future__ import annotations

from collections.abc import Sequence

from ...metrics.window import RequestStats, Window

_SHARE, _SLACK_MS = 1.5, 2.0
_LEAST_RATE = 2.0


def light_rate(start_rate: float) -> float:
    """The rate at which a target is watched while it recovers: half of the first probe's."""
    return min(start_rate, max(start_rate / 2, _LEAST_RATE))


def recovered(window: Window, base_p50_ms: float) -> bool:
    """Whether a second looks as it did before the load: no failures, and a median at most half as long again."""
    total = _total(window)
    p50_ns = (total.response or total.latency).quantile(0.5)
    return (
        p50_ns is not None
        and not total.failures
        and p50_ns / 1e6 <= max(_SHARE * base_p50_ms, base_p50_ms + _SLACK_MS)
    )


def answers(windows: Sequence[Window]) -> bool:
    """Whether the target still answered at the end: most requests of the last second with any were successes."""
    for window in reversed(windows):
        total = _total(window)
        if total.requests:
            return total.failures <= total.requests / 2
    return False


def _total(window: Window) -> RequestStats:
    total = RequestStats()
    for stats in window.requests.values():
        total.merge(stats)
    return total
