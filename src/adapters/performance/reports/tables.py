"""The tables of a result, as text cells: every report for people shows these, each in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ..metrics.result import RunResult, ThresholdResult
from ..metrics.summary import ErrorCount, GroupSummary, LatencySummary, Summary
from ..plan.thresholds import is_share
from . import figures
from .facts import Tone
from .grid import Column, Row, Table
from .health import generator
from .text import printable

_QUANTILES = {
    "min": "min",
    "mean": "mean",
    "stdev": "stdev",
    "p50": "p50",
    "p75": "p75",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "p99.9": "p999",
    "max": "max",
}
_PER_REQUEST = ("p50", "p95", "p99", "max")
_RATE = 4  # the column with the rate of requests
T = TypeVar("T")


def latencies(result: RunResult) -> Table:
    """How long requests took, one row for each moment that was measured."""
    summary, resolution_ms = result.summary, result.engine.semantics.resolution_ms
    measured = {
        "latency": summary.latency_ms,
        "response": summary.response_ms,
        "lag": summary.lag_ms,
        "first byte": summary.ttfb_ms,
        "connect": summary.connect_ms,
        "TLS handshake": summary.tls_ms,
    }
    return times_table(measured, resolution_ms)


def times_table(measured: Mapping[str, LatencySummary | None], resolution_ms: float = 0.0) -> Table:
    """One row for each of these that was measured."""
    rows = [
        Row((name, *_times(times, _QUANTILES.values(), resolution_ms)))
        for name, times in measured.items()
        if times is not None
    ]
    return Table("Times", (Column("", is_text=True), *map(Column, _QUANTILES)), tuple(rows))


def requests(result: RunResult) -> Table:
    """One row per request name, when there is more than one."""
    return _requests("Requests", result.requests if len(result.requests) > 1 else {}, result)


def aside(result: RunResult) -> Table:
    """One row per name of the requests that are in no other figure."""
    table = _requests("Setup and authentication, in no other figure", result.aside, result)
    return replace(
        table,
        columns=_without_rate(table.columns),
        rows=tuple(replace(row, cells=_without_rate(row.cells)) for row in table.rows),
    )


def groups(result: RunResult) -> Table:
    """How long groups of steps took."""
    columns = (
        Column("group", is_text=True),
        *map(Column, ("ended", "failures", "error rate", *_PER_REQUEST)),
    )
    return Table("Groups", columns, tuple(_group(name, group) for name, group in result.groups.items()))


def _group(name: str, group: GroupSummary) -> Row:
    cells = (
        printable(name),
        figures.count(group.count),
        figures.count(group.failures),
        figures.percent(group.error_rate),
        *_times(group.duration_ms, _PER_REQUEST, 0.0),
    )
    return Row(cells, "bad" if group.failures else "plain")


def _without_rate(cells: tuple[T, ...]) -> tuple[T, ...]:
    return (*cells[:_RATE], *cells[_RATE + 1 :])


def _requests(title: str, named: Mapping[str, Summary], result: RunResult) -> Table:
    titles = ("requests", "failures", "error rate", "rate", *_PER_REQUEST)
    columns = (Column("request", is_text=True), *map(Column, titles))
    resolution_ms = result.engine.semantics.resolution_ms
    return Table(title, columns, tuple(_request(name, part, resolution_ms) for name, part in named.items()))


def _request(name: str, summary: Summary, resolution_ms: float) -> Row:
    cells = (
        printable(name),
        figures.count(summary.requests),
        figures.count(summary.failures),
        figures.percent(summary.error_rate),
        figures.rate(summary.throughput_rps),
        *_times(summary.latency_ms, _PER_REQUEST, resolution_ms),
    )
    return Row(cells, "bad" if summary.failures else "plain")


def thresholds(result: RunResult) -> Table:
    """What had to hold, and whether it did."""
    columns = (
        Column("", is_text=True),
        Column("threshold", is_text=True),
        Column("actual"),
        Column("", is_text=True),
    )
    return Table("Thresholds", columns, tuple(_threshold(item) for item in result.thresholds))


def _threshold(item: ThresholdResult) -> Row:
    words: dict[bool | None, tuple[str, Tone]] = {
        True: ("held", "good"),
        False: ("missed", "bad"),
        None: ("unknown", "bad"),
    }
    word, tone = words[item.passed]
    if item.acceptable and not item.passed:
        tone = "warn"
    return Row((word, printable(item.expression), actual(item), printable(item.reason or "")), tone)


def actual(item: ThresholdResult) -> str:
    """The figure that a threshold was held against, with its unit."""
    if item.actual is not None and is_share(item.expression):
        return figures.exactly(100 * item.actual, "%")
    return figures.exactly(item.actual, item.unit)


def errors(result: RunResult) -> Table:
    """The ways in which requests failed, the most frequent first."""
    return errors_table(result.summary.errors)


def errors_table(found: Iterable[ErrorCount]) -> Table:
    """One row for each way in which requests failed."""
    columns = (Column("kind", is_text=True), Column("message", is_text=True), Column("count"))
    rows = [
        Row((printable(error.kind), printable(error.message), figures.count(error.count)), "bad")
        for error in found
    ]
    return Table("Errors", columns, tuple(rows))


def checks(result: RunResult) -> Table:
    """How often each check passed."""
    columns = (Column("check", is_text=True), Column("passed"), Column("failed"), Column("share"))
    rows = [
        Row(
            (
                printable(check.name),
                figures.count(check.passed),
                figures.count(check.failed),
                figures.share(check.passed, check.passed + check.failed),
            ),
            "bad" if check.failed else "plain",
        )
        for check in result.checks
    ]
    return Table("Checks", columns, tuple(rows))


def _times(times: LatencySummary, names: Iterable[str], resolution_ms: float) -> list[str]:
    return [figures.latency(getattr(times, name), _finest(name, resolution_ms)) for name in names]


def _finest(name: str, resolution_ms: float) -> float:
    """A spread may be smaller than the smallest difference that was seen; other figures may not."""
    return 0.0 if name == "stdev" else resolution_ms


Builder = Callable[[RunResult], Table]
APART: tuple[Builder, ...] = (groups, aside)
FIGURES: tuple[Builder, ...] = (latencies, requests, *APART)
JUDGEMENTS: tuple[Builder, ...] = (thresholds, errors, checks)
GENERATOR: tuple[Builder, ...] = (generator,)


def tables(
    result: RunResult, builders: Sequence[Builder] = (*FIGURES, *JUDGEMENTS, *GENERATOR), *, most_rows: int
) -> Iterator[Table]:
    """Every one of these tables that has rows, the first ``most_rows`` of each."""
    for table in (build(result) for build in builders):
        if table.rows:
            left_out = max(0, len(table.rows) - most_rows)
            yield Table(table.title, table.columns, table.rows[:most_rows], left_out)
