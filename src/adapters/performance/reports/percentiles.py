"""Percentiles as plain text: of the run and of each request name, as far out as requests lie beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..metrics.histogram import Histogram
from ..metrics.result import RunResult
from ..metrics.summary import LatencySummary, Summary
from . import figures
from .facts import headline
from .grid import Column, Row, Table
from .text import cut, printable
from .words import load_in_words, plan_in_words

_IN_RESULT = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
_FURTHER = {"p99.99": 0.9999, "p99.999": 0.99999}
_LONGEST_NAME = 60


def render(result: RunResult) -> str:
    """The verdict, what was measured, and a row of percentiles for the run and for each name."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: RunResult) -> Iterator[str]:
    verdict, summary = headline(result), result.summary
    yield f"{verdict.word}  {verdict.sentence}"
    yield ""
    yield f"{plan_in_words(result.plan)}: {load_in_words(result.plan)}"
    yield f"latency is {printable(result.engine.semantics.latency)}"
    yield ""
    yield (
        f"{figures.count(summary.requests)} requests, {figures.count(summary.failures)} failures, "
        f"failure rate {figures.percent(summary.error_rate)}, throughput {figures.rate(summary.throughput_rps)}"
    )
    yield ""
    yield from _aligned(_table(result))
    if result.recording is None:
        yield ""
        yield "read from a stored result, which holds percentiles up to p99.9"


def _table(result: RunResult) -> Table:
    columns = ("requests", "failures", "mean", *_IN_RESULT, *_FURTHER, "max")
    recording, finest = result.recording, result.engine.semantics.resolution_ms
    total = None if recording is None else recording.totals().latency
    rows = [_row("total", result.summary, total, finest)]
    for name, summary in result.requests.items():
        stats = None if recording is None else recording.requests.get(name)
        rows.append(_row(name, summary, None if stats is None else stats.latency, finest))
    return Table("", (Column("", is_text=True), *map(Column, columns)), tuple(rows))


def _row(name: str, summary: Summary, histogram: Histogram | None, finest: float) -> Row:
    latency: LatencySummary = summary.latency_ms
    count = summary.requests if histogram is None else histogram.count
    told = {name: getattr(latency, name.replace(".", "")) for name in _IN_RESULT}
    times = [told[name] if _reaches(count, quantile) else None for name, quantile in _IN_RESULT.items()]
    times += [_quantile(histogram, quantile) for quantile in _FURTHER.values()]
    return Row(
        (
            cut(printable(name), _LONGEST_NAME),
            figures.count(summary.requests),
            figures.count(summary.failures),
            *(figures.latency(ms, finest) for ms in (latency.mean, *times, latency.max)),
        )
    )


def _reaches(count: int, quantile: float) -> bool:
    """Whether at least one of so many requests lies beyond a quantile."""
    return count * (1 - quantile) >= 1 - 1e-9


def _quantile(histogram: Histogram | None, quantile: float) -> float | None:
    """A quantile in milliseconds, None if it is not known."""
    if histogram is None or not _reaches(histogram.count, quantile):
        return None
    value = histogram.quantile(quantile)
    return None if value is None else value / 1e6


def _aligned(table: Table) -> Iterator[str]:
    lines: list[Sequence[str]] = [[column.title for column in table.columns]]
    lines += [row.cells for row in table.rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell.ljust(width) if column.is_text else cell.rjust(width)
            for cell, width, column in zip(line, widths, table.columns, strict=True)
        ]
        yield "  ".join(cells).rstrip()
