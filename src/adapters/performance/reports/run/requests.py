"""The table of request names, to be sorted and searched."""

from __future__ import annotations

from ...metrics.result import RunResult
from ...metrics.summary import Summary
from .. import figures
from ..facts import Tone
from ..page.model import Cell, Listing
from ..text import cut, printable
from .distribution import little_bars

MOST_ROWS = 200
_LONGEST_NAME = 120
_TIMES = {"mean": "mean", "p50": "p50", "p95": "p95", "p99": "p99", "max": "max"}


def listing(result: RunResult) -> Listing | None:
    """A row for each request name, the most requested first; None when nothing was requested."""
    if not result.requests:
        return None
    bars = little_bars(result.recording) if result.recording else {}
    ranked = sorted(result.requests.items(), key=lambda item: -item[1].requests)
    finest = result.engine.semantics.resolution_ms
    rows = [_row(name, summary, bars.get(name, []), finest) for name, summary in ranked[:MOST_ROWS]]
    left_out = len(ranked) - len(rows)
    notes = [
        *(["Distributions of latency are on one logarithmic scale."] if bars else []),
        *([f"And {figures.count(left_out)} more, in the JSON result."] if left_out else []),
    ]
    columns = (
        "request",
        "requests",
        "rate",
        "failed",
        "error rate",
        *_TIMES,
        *(("latency",) if bars else ()),
    )
    if not bars:
        rows = [row[:-1] for row in rows]
    return Listing("request-table", "requests", columns, rows, " ".join(notes) or None)


def _row(name: str, summary: Summary, bars: list[float], finest: float) -> list[Cell]:
    tone: Tone = "bad" if summary.failures else "plain"
    times = [(getattr(summary.latency_ms, field), finest) for field in _TIMES.values()]
    return [
        Cell(cut(printable(name), _LONGEST_NAME)),
        Cell(figures.count(summary.requests), summary.requests),
        Cell(figures.rate(summary.throughput_rps), _key(summary.throughput_rps)),
        Cell(figures.count(summary.failures), summary.failures, tone),
        Cell(figures.percent(summary.error_rate), _key(summary.error_rate), tone),
        *(Cell(figures.latency(value, resolution), _key(value)) for value, resolution in times),
        Cell("", None, bars=bars),
    ]


def _key(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")
