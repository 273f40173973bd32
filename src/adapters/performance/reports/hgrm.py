"""The latency of a run as an HdrHistogram percentile distribution (``.hgrm``), which its plotter and others read.

The rows are those of HdrHistogram's ``outputPercentileDistribution``: five to each halving of the distance to 100 %,
as far as the requests reach. Values are milliseconds, of polyload's own histogram (`metrics/histogram.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..errors import ReportError
from ..metrics.histogram import Histogram
from ..metrics.result import RunResult

_TICKS_PER_HALF_DISTANCE = 5
_DECIMALS = 12


def render(result: RunResult) -> str:
    """The distribution over all requests; ReportError for a result that was read from JSON, which does not hold it."""
    if result.recording is None:
        raise ReportError(
            "hgrm needs the histograms of the run, and a result read from JSON does not hold them",
            hint="ask for it when the plan is run: polyload run PLAN --report hgrm=latency.hgrm",
        )
    return distribution(result.recording.totals().latency)


def distribution(histogram: Histogram) -> str:
    """A histogram of nanoseconds in that format."""
    lines = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
    lines += [_line(*row) for row in _rows(histogram)]
    mean, deviation, most = (
        (value or 0) / 1e6 for value in (histogram.mean_ns, histogram.stdev_ns, histogram.max_ns)
    )
    lines.append(f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]")
    lines.append(f"#[Max     = {most:12.3f}, Total count    = {histogram.count:12d}]")
    return "\n".join(lines) + "\n"


def _line(value_ms: float, percentile: float, count: int) -> str:
    line = f"{value_ms:12.3f} {percentile:.{_DECIMALS}f} {count:10d}"
    return line if percentile == 1 else f"{line} {1 / (1 - percentile):14.2f}"


def _rows(histogram: Histogram) -> Iterator[tuple[float, float, int]]:
    """Value in milliseconds, the percentile as a share, and how many requests took at most so long."""
    if not histogram.count:
        return
    _, upper, counts = histogram.nonzero()
    until = np.cumsum(counts)
    levels = list(_levels(histogram.count))
    for level, value in zip(levels, histogram.quantiles(levels), strict=True):
        if value is not None:
            place = min(int(np.searchsorted(upper, value, side="right")), len(until) - 1)
            yield value / 1e6, level, int(until[place])


def _levels(count: int) -> Iterator[float]:
    """Shares from 0 to 1, in ever smaller steps while a request lies beyond them."""
    level = 0.0
    while count * (1 - level) >= 1:
        yield level
        halvings = math.floor(math.log2(1 / (1 - level))) + 1
        level = round(level + 1 / (_TICKS_PER_HALF_DISTANCE * 2**halvings), _DECIMALS)
    yield 1.0
