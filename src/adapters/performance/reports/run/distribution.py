"""How times are distributed: over the whole run, over time, and of each request name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...metrics.histogram import Histogram
from ...metrics.recording import Recording
from .. import figures
from ..grid import Column, Row, Table
from ..page.model import Axis, Heat, Plot, Series, Value
from ..page.ticks import ends, written
from .charts import SYNC, Clock
from .slices import merged, ms, regrouped

_HEAT_COLUMNS = 160
_HEAT_ROWS = 36
_SPECTRUM_STEPS = 12
"""Points for each nine of the spectrum."""
_TABLE_ROWS = 10
BARS = 24


def spectrum(recording: Recording) -> Plot | None:
    """Latency over percentiles, the distance to 100 % on a logarithmic scale, as far as requests were measured."""
    total = recording.totals()
    if not total.latency.count:
        return None
    nines = math.log10(max(10, total.latency.count))
    count = math.ceil(nines * _SPECTRUM_STEPS)
    x = [nines * number / count for number in range(count + 1)]
    shares = [1 - 10**-place for place in x]
    response = total.response if total.response is not None and total.response.count else None
    series = [
        *([Series("response time", _quantiles(response, shares), "c2")] if response else []),
        Series("service time" if response else "latency", _quantiles(total.latency, shares), "c1"),
    ]
    ticks = [
        (0.0, "0%"),
        *((float(n), written(n, "nines")) for n in range(1, math.floor(nines) + 1)),
    ]
    return Plot(
        "spectrum",
        "Latency by percentile",
        x,
        series,
        Axis("ms", switch=True),
        Axis("nines", "percentile", low=0.0, high=nines, ticks=ticks),
        note=f"To the slowest of {figures.count(total.latency.count)} requests.",
        summary="Latency by percentile, on a scale that stretches the slowest requests",
    )


def _quantiles(histogram: Histogram, shares: Sequence[float]) -> list[Value]:
    return [ms(value) for value in histogram.quantiles(shares)]


def heat_map(clock: Clock) -> Heat | None:
    """How many requests took how long, over time, in rows of equal width on a logarithmic scale."""
    groups = regrouped(clock.parts, _HEAT_COLUMNS)
    histograms = [merged(part.latency for part in group) for group in groups]
    known = [histogram for histogram in histograms if histogram.count]
    if len(histograms) < 2 or not known:
        return None
    edges_ns = _edges(known)
    size_s = groups[0][-1].end_s - groups[0][0].start_s
    return Heat(
        "heatmap",
        "Latency heat map",
        [float(group[0].start_s) for group in groups],
        size_s,
        [edge / 1e6 for edge in edges_ns],
        [_binned(histogram, edges_ns).tolist() for histogram in histograms],
        x_axis=clock.axis,
        marks=clock.marks,
        sync=SYNC,
        note=f"Each column stands for {figures.duration(size_s)}; the darker or brighter a cell, the more requests.",
        summary="How many requests took how long, over time; the table below has the percentiles",
        fallback=_table(clock),
    )


def _edges(histograms: Sequence[Histogram]) -> list[float]:
    """Rows that cover what is between the fastest and the slowest."""
    found = [
        float(max(1, end or 1)) for histogram in histograms for end in (histogram.min_ns, histogram.max_ns)
    ]
    return [float(edge) for edge in np.geomspace(*ends(Axis("ms", log=True), found), _HEAT_ROWS + 1)]


def _binned(histogram: Histogram, edges: Sequence[float]) -> np.ndarray:
    """The counts between edges on a logarithmic scale of equal steps; what is beyond them counts for the ends."""
    lower, upper, counts = histogram.nonzero()
    rows = len(edges) - 1
    middle = np.sqrt(np.maximum(lower, 1.0) * upper)
    places = np.floor(np.log(middle / edges[0]) / math.log(edges[-1] / edges[0]) * rows).astype(int)
    return np.bincount(np.clip(places, 0, rows - 1), counts, minlength=rows).astype(int)


def _table(clock: Clock) -> Table:
    """The heat map for readers who do not see it."""
    names = ("p50", "p90", "p99", "max")
    rows = []
    for group in regrouped(clock.parts, _TABLE_ROWS):
        histogram = merged(part.latency for part in group)
        found = histogram.quantiles((0.5, 0.9, 0.99, 1.0))
        span = f"{figures.duration(group[0].start_s)} to {figures.duration(group[-1].end_s)}"
        rows.append(
            Row((span, figures.count(histogram.count), *(figures.latency(ms(value)) for value in found)))
        )
    columns = (Column("from, to"), Column("requests"), *map(Column, names))
    return Table("The heat map as a table", columns, tuple(rows))


def little_bars(recording: Recording) -> dict[str, list[float]]:
    """How the latency of each request name is distributed: heights up to 1, on one logarithmic scale for all."""
    measured = {name: stats.latency for name, stats in recording.requests.items() if stats.latency.count}
    if not measured:
        return {}
    ends = [histogram.quantiles((0.001, 0.999)) for histogram in measured.values()]
    low = max(1.0, min(float(first or 1) for first, _ in ends))
    high = max(low * 1.5, max(float(last or 1) for _, last in ends))
    edges = [float(edge) for edge in np.geomspace(low, high, BARS + 1)]
    counts = {name: _binned(histogram, edges) for name, histogram in measured.items()}
    return {name: [round(float(n), 2) for n in found / found.max()] for name, found in counts.items()}
