"""The HTML report of a long run of many requests: how long it takes to make, how large it is, how soon it is there.

Run it with ``python -m benchmarks.html_report``; it takes about half a minute, and needs Chromium for its last figures.
``python -m benchmarks.html_report FILE`` keeps the report.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    Recording,
    RequestStats,
    RunResult,
    Semantics,
    TimelineRow,
    build_result,
    timeline_points,
)
from adapters.performance.metrics.verdict import evaluate
from adapters.performance.plan.thresholds import parse_threshold
from adapters.performance.reports import html

NAMES, SECONDS, PER_SECOND = 50, 3600, 1000
_RENDERINGS, _LOADINGS = 5, 5
_PLAN: dict[str, Any] = {
    "name": "an hour of the shop",
    "target": "http://127.0.0.1:8000",
    "load": {"rate": float(PER_SECOND), "duration": float(SECONDS), "ramp_up": 300.0},
    "thresholds": ["p95 < 100ms", "error_rate < 1%"],
}
_ENGINE = EngineInfo(
    name="native",
    version="0.1.0",
    semantics=Semantics(
        latency="from just before the request is sent to its last byte received",
        resolution_ms=0.001,
        connections="kept, one for each user",
        redirects="not followed",
    ),
)


def main() -> None:
    """Measure and print."""
    result = long_result()
    times = []
    for _ in range(_RENDERINGS):
        start = perf_counter()
        text = html.render(result)
        times.append(perf_counter() - start)
    size = len(text.encode())
    rows = [
        ("rendered, the first time", f"{times[0]:.2f} s", "≤ 1.5 s"),
        ("rendered, the median", f"{statistics.median(times):.2f} s", "≤ 1.5 s"),
        ("size", f"{size / 1000:.0f} kB", "≤ 300 kB"),
        *_in_browser(text),
    ]
    print(f"{NAMES} request names, {SECONDS:,} seconds, {result.summary.requests:,} requests\n")
    for what, figure, goal in rows:
        print(f"{what:<38}{figure:>14}   {goal}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")


def long_result(names: int = NAMES, seconds: int = SECONDS, seed: int = 1) -> RunResult:
    """A made-up result of an hour: a slow stretch, a few errors, and every figure that an engine can tell."""
    rng = np.random.default_rng(seed)
    rows = [_row(second, rng) for second in range(seconds)]
    collector = MetricsCollector()
    failed = rng.multinomial(sum(row.failures for row in rows), np.arange(names) / sum(range(names)))
    collector.add_totals(
        {f"GET /shop/department/{n}/products": _stats(n, int(failed[n]), seconds, rng) for n in range(names)}
    )
    collector.add_counts(None, iterations=PER_SECOND * seconds, dropped=sum(row.dropped or 0 for row in rows))
    result = build_result(
        plan=_PLAN,
        engine=_ENGINE,
        started_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        duration_s=float(seconds),
        stopped="completed",
        collector=collector,
        thresholds=evaluate(
            [parse_threshold(text) for text in _PLAN["thresholds"]], collector, float(seconds)
        ),
        error_threshold_given=True,
    )
    timeline = tuple(timeline_points(rows, float(seconds)))
    return result.model_copy(update={"timeline": timeline}).recorded(Recording(collector.by_name, rows))


def _row(second: int, rng: np.random.Generator) -> TimelineRow:
    slow = 3.0 if 1800 <= second < 2000 else 1.0
    latency_ns = rng.lognormal(16.2, 0.5, PER_SECOND) * slow
    failures = int(rng.poisson(20 if slow > 1 else 0.3))
    row = TimelineRow(
        second,
        PER_SECOND,
        failures,
        users=int(latency_ns.sum() / 1e9) + 1,
        iterations=PER_SECOND,
        dropped=failures // 4,
    )
    row.latency.record(latency_ns)
    row.response = Histogram()
    row.response.record(latency_ns + rng.exponential(3e5, PER_SECOND))
    timeouts = failures // 3
    row.status_codes = Counter({200: PER_SECOND - 100 - failures, 201: 100, 503: failures - timeouts})
    row.errors = Counter({"status": failures - timeouts, "timeout": timeouts})
    row.pack()
    return row


def _stats(number: int, failures: int, seconds: int, rng: np.random.Generator) -> RequestStats:
    count = PER_SECOND * seconds // NAMES
    latency_ns = rng.lognormal(15.5 + number / 30, 0.5, count)
    stats = RequestStats(count, failures, response=Histogram(), ttfb=Histogram(), connect=Histogram())
    stats.latency.record(latency_ns)
    for histogram, factor in ((stats.response, 1.05), (stats.ttfb, 0.9)):
        assert histogram is not None
        histogram.record(latency_ns * factor)
    timeouts = failures // 3
    stats.status_codes = Counter({200: count - failures, 503: failures - timeouts})
    stats.errors = +Counter(
        {("status", "status 503"): failures - timeouts, ("timeout", "no answer in 30 s"): timeouts}
    )
    stats.bytes_received, stats.bytes_sent = count * 2000, count * 300
    return stats


def _in_browser(text: str) -> list[tuple[str, str, str]]:
    """How soon the page is there and drawn, from the beginning of its navigation."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return [("in Chromium", "not found", "≤ 1 s")]
    from playwright.sync_api import sync_playwright

    seen = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(_LOADINGS):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(file.as_uri())
            page.wait_for_selector("html[data-drawn]")
            seen.append(page.evaluate(_MOMENTS))
            page.close()
        browser.close()
    names = ("document is interactive", "first chart is drawn", "last chart is drawn")
    return [
        (f"{name}, the median", f"{statistics.median(times) / 1000:.2f} s", "≤ 1 s")
        for name, times in zip(names, zip(*seen, strict=True), strict=True)
    ]


_MOMENTS = """() => [
  performance.getEntriesByType("navigation")[0].domInteractive,
  performance.getEntriesByName("first-chart")[0].startTime,
  performance.getEntriesByName("all-charts")[0].startTime,
]"""


if __name__ == "__main__":
    main()
