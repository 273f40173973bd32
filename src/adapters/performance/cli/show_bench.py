"""The result of an HTTP benchmark on a terminal."""

from __future__ import annotations

from rich.console import Console

from ..reports import figures
from ..reports.console import print_facts, print_headline, print_table, print_warnings
from ..reports.facts import Fact, Headline, Tone
from ..reports.grid import Column, Row, Table
from ..reports.tables import errors_table, times_table
from ..reports.text import printable
from ..workflows.http_benchmark.result import HttpBenchmarkResult, RequestRow

_TITLES = ("status", "total", "first byte", "last byte", "connect", "received")


def show(result: HttpBenchmarkResult, console: Console) -> None:
    """Print a result."""
    verdict = headline(result)
    print_headline(verdict.word, verdict.sentence, verdict.tone, console)
    print_facts(facts(result), console)
    for table in tables(result):
        print_table(table, console)
    print_warnings([Fact(printable(w.code), printable(w.message), "warn") for w in result.warnings], console)


def headline(result: HttpBenchmarkResult) -> Headline:
    """The verdict in a word, and why."""
    sentence = result.reason or f"{figures.count(result.requests)} requests, none failed"
    if result.success:
        return Headline("DONE", "good", sentence)
    if result.stopped == "interrupted":
        return Headline("INTERRUPTED", "warn", sentence)
    return Headline("FAILED", "bad", sentence)


def tables(result: HttpBenchmarkResult) -> list[Table]:
    """Times, errors, and each request where that was asked for: those of these that have rows."""
    measured = {
        "total": result.total_ms if result.total_ms.min is not None else None,
        "first byte": result.first_byte_ms,
        "last byte": result.last_byte_ms,
        "connect": result.connect_ms,
        "failed": result.failed_ms,
    }
    found = [times_table(measured), errors_table(result.errors), _rows(result.rows or ())]
    return [table for table in found if table.rows]


def facts(result: HttpBenchmarkResult) -> list[Fact]:
    """What was sent, what came back, and how fast."""
    codes = ", ".join(f"{code} × {figures.count(n)}" for code, n in result.status_codes.items())
    tone: Tone = "bad" if result.failures else "plain"
    failures = f"{figures.count(result.failures)} ({figures.percent(result.error_rate)})"
    return [
        Fact("request", printable(f"{result.method} {result.url}")),
        Fact("requests", f"{figures.count(result.requests)}, {result.concurrency} at once{_beside(result)}"),
        Fact("measured", printable(result.measured)),
        Fact("failures", failures if result.failures else "0", tone),
        Fact("statuses", codes or figures.UNKNOWN),
        Fact("throughput", f"{figures.rate(result.throughput)} over {figures.duration(result.duration_s)}"),
        Fact("average", figures.latency(result.avg_time)),
        Fact("median", _median(result)),
    ]


def _beside(result: HttpBenchmarkResult) -> str:
    warm_up = f", after {figures.count(result.warm_up)} to warm up" if result.warm_up else ""
    return warm_up + (f", {figures.count(result.retries)} retries" if result.retries else "")


def _median(result: HttpBenchmarkResult) -> str:
    median, interval = figures.latency(result.total_ms.p50), result.median_interval_ms
    if interval is None:
        return median
    low, high = figures.latency(interval.low), figures.latency(interval.high)
    return f"{median}, {100 * interval.confidence:.0f}% interval {low} to {high} (noise within this run only)"


def _rows(rows: tuple[RequestRow, ...]) -> Table:
    columns = (Column("#"), Column("ended at"), *map(Column, _TITLES), Column("", is_text=True))
    return Table("Requests", columns, tuple(map(_row, rows)))


def _row(row: RequestRow) -> Row:
    cells = (
        figures.count(row.number),
        f"{row.at_s:.3f}s",
        figures.UNKNOWN if row.status is None else str(row.status),
        *(figures.latency(ms) for ms in (row.total_ms, row.first_byte_ms, row.last_byte_ms, row.connect_ms)),
        figures.size(row.bytes_received),
        printable(row.failure or ""),
    )
    return Row(cells, "bad" if row.failure else "plain")
