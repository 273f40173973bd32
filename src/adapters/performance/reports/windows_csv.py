"""The seconds of a run as CSV, a row each; times in milliseconds.

What a result that was read from JSON does not hold of each second (`metrics/recording.py`) is an empty cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from ..metrics.histogram import Histogram
from ..metrics.result import RunResult, TimelinePoint
from ..metrics.summary import LatencySummary, latency_summary
from ..metrics.timeline import TimelineRow
from .cells import Cell, csv_text

_TOLD = ("requests", "failures", "rps", "users")
_COUNTED = ("iterations", "dropped")
_LATENCY = ("min", "mean", "p50", "p90", "p95", "p99", "p999", "max")
_RESPONSE = ("p50", "p95", "p99", "max")
_CLASSES = ("none", "1xx", "2xx", "3xx", "4xx", "5xx")

HEADER = (
    "second",
    *_TOLD,
    *_COUNTED,
    *(f"latency_{figure}_ms" for figure in _LATENCY),
    *(f"response_{figure}_ms" for figure in _RESPONSE),
    *(f"status_{name}" for name in _CLASSES),
    "errors",
)


def render(result: RunResult) -> str:
    """The rows in their order, ``second`` counted from the beginning of the load, without pauses."""
    recorded = {} if result.recording is None else {row.start_s: row for row in result.recording.seconds}
    return csv_text(HEADER, (_row(point, recorded.get(point.t)) for point in result.timeline))


def _row(point: TimelinePoint, row: TimelineRow | None) -> list[Cell]:
    latency = _percentiles(point) if row is None else latency_summary(row.latency)
    response = LatencySummary() if row is None else _of(row.response)
    return [
        point.t,
        *(getattr(point, name) for name in _TOLD),
        *(None if row is None else getattr(row, name) for name in _COUNTED),
        *(getattr(latency, figure) for figure in _LATENCY),
        *(getattr(response, figure) for figure in _RESPONSE),
        *_classes(point.requests, None if row is None else row.status_codes),
        None if row is None else " ".join(f"{kind}={count}" for kind, count in row.errors.most_common()),
    ]


def _percentiles(point: TimelinePoint) -> LatencySummary:
    return LatencySummary(p50=point.p50_ms, p95=point.p95_ms, p99=point.p99_ms)


def _of(histogram: Histogram | None) -> LatencySummary:
    return LatencySummary() if histogram is None else latency_summary(histogram)


def _classes(requests: int, codes: Mapping[int, int] | None) -> list[Cell]:
    """How many answers there were of each class, and how many requests were never answered."""
    if codes is None:
        return [None] * len(_CLASSES)
    counts = [sum(n for code, n in codes.items() if code // 100 == first) for first in range(1, 6)]
    return list(chain([requests - sum(n for code, n in codes.items() if code)], counts))
