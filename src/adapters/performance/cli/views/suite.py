"""The result of a suite."""

from __future__ import annotations

from ...reports import figures
from ...reports.cases import Case, Suite, suite_of_run
from ...reports.facts import Fact, Headline
from ...reports.grid import Column, Row, Table
from ...reports.overview import Overview, overview_of_run
from ...reports.text import printable
from ...workflows.suite import EntryResult, SuiteResult
from ..suiting import FIGURES, counts, entry_cells
from ..suiting import print_suite as show

__all__ = ["overview", "show", "suites"]


def overview(result: SuiteResult) -> Overview:
    """The verdict on all, a row for each test, and the thresholds of those that did not pass."""
    word, tone = ("PASSED", "good") if result.overall_passed else ("FAILED", "bad")
    return Overview(
        headline=Headline(word, "good" if tone == "good" else "bad", counts(result)),
        subject=f"in {result.mode}, {figures.duration(result.duration_s)}",
        tables=(_tests(result), *(table for entry in result.entries for table in _failed(entry))),
        warnings=tuple(Fact(printable(w.code), printable(w.message), "warn") for w in result.warnings),
    )


def _tests(result: SuiteResult) -> Table:
    columns = (
        Column("test", is_text=True),
        Column("verdict", is_text=True),
        *map(Column, FIGURES),
        Column("why", is_text=True),
    )
    rows = [Row(entry_cells(entry), "plain" if entry.passed else "bad") for entry in result.entries]
    return Table("Tests", columns, tuple(rows))


def _failed(entry: EntryResult) -> list[Table]:
    """The tables that tell why a test did not pass: its thresholds and errors."""
    if entry.passed or entry.result is None:
        return []
    return [
        Table(f"{entry.name}: {table.title.lower()}", table.columns, table.rows, table.left_out)
        for table in overview_of_run(entry.result).tables
        if table.title
    ]


def suites(result: SuiteResult) -> list[Suite]:
    """A suite for each test; one that broke before it had a result is an error."""
    return [_suite(entry) for entry in result.entries]


def _suite(entry: EntryResult) -> Suite:
    if entry.result is not None:
        return suite_of_run(entry.result, entry.name)
    message, _, hint = (entry.error or "it never began").partition("\n")
    return Suite(entry.name, (Case("run", "the run", "error", message, detail=f"{message}\n{hint}".strip()),))
