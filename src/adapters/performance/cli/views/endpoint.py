"""The result of an HTTP benchmark."""

from __future__ import annotations

from ...reports.cases import Case, Outcome, Suite
from ...reports.facts import Fact
from ...reports.grid import Table
from ...reports.overview import MOST_ROWS, Overview
from ...reports.text import printable
from ...workflows.http_benchmark.result import HttpBenchmarkResult
from ..show_bench import facts, headline, show, tables

__all__ = ["overview", "show", "suites"]


def overview(result: HttpBenchmarkResult) -> Overview:
    """The verdict, the times, and how they were measured."""
    return Overview(
        headline=headline(result),
        subject=f"{result.method} {result.url}",
        tables=tuple(map(_first_rows, tables(result))),
        warnings=tuple(Fact(printable(w.code), printable(w.message), "warn") for w in result.warnings),
        about=tuple(facts(result)),
    )


def suites(result: HttpBenchmarkResult) -> list[Suite]:
    """The benchmark as one case."""
    verdict = headline(result)
    outcome: Outcome = "passed" if result.success else "failed" if result.stopped == "completed" else "error"
    name = f"{result.method} {result.url}"
    properties = {
        "schema": result.schema_name,
        "measured": result.measured,
        "requests": result.requests,
        "failures": result.failures,
        "concurrency": result.concurrency,
        "throughput_rps": result.throughput,
        **{f"total_{figure}_ms": value for figure, value in result.total_ms.model_dump().items()},
    }
    known = {key: value for key, value in properties.items() if value is not None}
    case = Case("benchmark", name, outcome, verdict.sentence, time_s=result.duration_s)
    return [Suite(name, (case,), result.duration_s, result.started_at, known)]


def _first_rows(table: Table) -> Table:
    left_out = max(0, len(table.rows) - MOST_ROWS)
    return Table(table.title, table.columns, table.rows[:MOST_ROWS], left_out)
