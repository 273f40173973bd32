"""The page of a benchmark of a URL: how its times are distributed, what failed, and each request where it was kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...metrics.summary import LatencySummary
from ...reports import figures
from ...reports.facts import Fact
from ...reports.page.model import (
    MOST_POINTS,
    Axis,
    Block,
    Cell,
    Grid,
    Listing,
    Page,
    Paragraph,
    Plot,
    Series,
    Spread,
    Spreads,
)
from ...reports.page.render import render_page
from ...reports.text import printable
from ...workflows.http_benchmark.result import HttpBenchmarkResult, RequestRow
from ..views.endpoint import overview
from .parts import page, section, told

_BARS = 60
_MOST_ROWS = 300
_SHARES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
_LEAD = "Of requests that succeeded, from sending to the last byte."
_NO_ROWS = (
    "The distribution and the requests in their order are left out: this result holds summaries only, as its rows were "
    "not asked for."
)


def render(result: HttpBenchmarkResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: HttpBenchmarkResult) -> Page:
    """The page as data."""
    seen = overview(result)
    rows = result.rows or ()
    latency: list[Block | None] = [
        _quantiles(result.total_ms),
        _distribution(rows),
        _over_time(rows),
        Paragraph(_NO_ROWS) if result.rows is None and result.requests else None,
    ]
    tables = [Grid(table) for table in seen.tables if table.title != "Requests"]
    return page(
        seen,
        [
            section("times", "How long it takes", "Times", latency, _LEAD),
            section("figures", "Figures", "Figures", tables),
            section("requests", "Requests", "Requests", [_listing(rows)]),
            section("notes", "What to know", "Notes", [told(seen.warnings)]),
        ],
        schema=result.schema_name,
        cards=_cards(result),
    )


def _cards(result: HttpBenchmarkResult) -> list[Fact]:
    times = result.total_ms
    return [
        Fact("median", figures.latency(times.p50)),
        Fact("p95", figures.latency(times.p95)),
        Fact("p99", figures.latency(times.p99)),
        Fact("throughput", figures.rate(result.throughput)),
        Fact("requests", figures.count(result.requests)),
        Fact("failures", figures.count(result.failures), "bad" if result.failures else "plain"),
    ]


def _quantiles(times: LatencySummary) -> Plot | None:
    """The percentiles of the summary, on a scale that stretches the slowest."""
    known = {share: value for name, share in _SHARES.items() if (value := getattr(times, name)) is not None}
    if not known:
        return None
    x = [-math.log10(1 - share) for share in known]
    names = [name.replace("999", "99.9") for name in _SHARES if getattr(times, name) is not None]
    return Plot(
        "quantiles",
        "Time by percentile",
        x,
        [Series("total", list(known.values()), "c1", marked=True)],
        Axis("ms", switch=True),
        Axis("nines", "percentile", low=0.0, high=max(x) * 1.03, ticks=list(zip(x, names, strict=True))),
        summary="; ".join(
            f"{name} {figures.latency(value)}" for name, value in zip(names, known.values(), strict=True)
        ),
        note="Only the percentiles with a dot are known; lines between them lead the eye.",
    )


def _distribution(rows: Sequence[RequestRow]) -> Spreads | None:
    """How the times of the successes are distributed, with their parts on the same scale.

    Not where some are too short for the clock, for 0 has no place on it.
    """
    parts = {
        "total": "total_ms",
        "first byte": "first_byte_ms",
        "last byte": "last_byte_ms",
        "connect": "connect_ms",
    }
    good = [row for row in rows if row.failure is None]
    found = {
        name: np.array([value for row in good if (value := getattr(row, field)) is not None])
        for name, field in parts.items()
    }
    found = {name: values for name, values in found.items() if len(values) > 1 and values.min() > 0}
    if "total" not in found:
        return None
    low = min(float(values.min()) for values in found.values()) / 1.05
    high = max(float(values.max()) for values in found.values()) * 1.05
    edges = np.geomspace(low, high, _BARS + 1)
    return Spreads(
        "distribution",
        "Distribution",
        [_spread(name, values, edges) for name, values in found.items()],
        Axis("ms", log=True, low=low, high=high),
        columns=("median", "p95"),
        note="On a logarithmic scale, all on the same; the dot is the median.",
        summary="How total times and their parts are distributed",
    )


def _spread(name: str, values: np.ndarray, edges: np.ndarray) -> Spread:
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    middle, p95 = (float(value) for value in np.quantile(values, [0.5, 0.95], method="inverted_cdf"))
    return Spread(
        name,
        middle,
        bars=[round(float(share), 3) for share in counts / max(1, counts.max())],
        texts=(figures.latency(middle), figures.latency(p95)),
    )


def _over_time(rows: Sequence[RequestRow]) -> Plot | None:
    """Each request at the moment it ended; of many, evenly chosen ones and every failure that fits."""
    known = [row for row in rows if row.total_ms is not None]
    if len(known) < 2:
        return None
    step = -(-len(known) // MOST_POINTS)
    chosen = sorted(known[::step], key=lambda row: row.at_s)
    good = [row.total_ms if row.failure is None else None for row in chosen]
    bad = [row.total_ms if row.failure is not None else None for row in chosen]
    every = "" if step == 1 else f" One in {step} of {figures.count(len(known))} is drawn."
    return Plot(
        "over-time",
        "Requests in their order",
        [row.at_s for row in chosen],
        [
            *([Series("succeeded", good, "c1", dots=True)] if any(good) else []),
            *([Series("failed", bad, "bad", dots=True)] if any(bad) else []),
        ],
        Axis("ms", switch=True),
        wide=True,
        summary=f"Total time of {len(chosen)} requests at the moments they ended",
        note=f"Over the seconds of the benchmark, at the moment each ended.{every}",
    )


def _listing(rows: Sequence[RequestRow]) -> Listing | None:
    """The requests, as many as fit."""
    if not rows:
        return None
    columns = [
        "#",
        "ended at",
        "status",
        "total",
        "first byte",
        "last byte",
        "connect",
        "received",
        "failure",
    ]
    left_out = len(rows) - _MOST_ROWS
    note = f"and {figures.count(left_out)} more, in the JSON result" if left_out > 0 else None
    return Listing("rows", "by number", columns, [_cells(row) for row in rows[:_MOST_ROWS]], note)


def _cells(row: RequestRow) -> list[Cell]:
    times = (row.total_ms, row.first_byte_ms, row.last_byte_ms, row.connect_ms)
    return [
        Cell(figures.count(row.number), float(row.number)),
        Cell(f"{row.at_s:.3f}s", row.at_s),
        Cell(figures.UNKNOWN if row.status is None else str(row.status), row.status),
        *(Cell(figures.latency(ms), ms) for ms in times),
        Cell(figures.size(row.bytes_received), row.bytes_received),
        Cell(printable(row.failure or ""), tone="bad" if row.failure else "plain"),
    ]
