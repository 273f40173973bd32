"""The figures of a run as CSV: a row for the total and one for each request name; times in milliseconds."""

from __future__ import annotations

from ..metrics.result import RunResult
from ..metrics.summary import LatencySummary, Summary
from .cells import Cell, csv_text

_COUNTS = ("requests", "failures", "error_rate", "throughput_rps", "bytes_received", "bytes_sent")
_TIMES = ("latency_ms", "ttfb_ms", "connect_ms", "tls_ms", "response_ms")
_FIGURES = tuple(LatencySummary.model_fields)

HEADER = (
    "scope",
    "name",
    *_COUNTS,
    *(f"{times.removesuffix('_ms')}_{figure}_ms" for times in _TIMES for figure in _FIGURES),
    "status_codes",
)


def render(result: RunResult) -> str:
    """The rows, the ``total`` first; every run has the same columns."""
    rows = [_row("total", "", result.summary)]
    rows += [_row("request", name, summary) for name, summary in result.requests.items()]
    return csv_text(HEADER, rows)


def _row(scope: str, name: str, summary: Summary) -> list[Cell]:
    unknown = LatencySummary()
    times = [getattr(summary, name) or unknown for name in _TIMES]
    return [
        scope,
        name,
        *(getattr(summary, count) for count in _COUNTS),
        *(getattr(one, figure) for one in times for figure in _FIGURES),
        _statuses(summary),
    ]


def _statuses(summary: Summary) -> str | None:
    """Such as ``200=1419 201=159``; 0 is requests that were never answered."""
    codes = summary.status_codes
    return None if codes is None else " ".join(f"{code}={count}" for code, count in codes.items())
