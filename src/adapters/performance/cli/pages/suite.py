"""The page of a suite: one verdict, a row for each test, and below each test's short summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...metrics.result import RunResult
from ...reports import figures
from ...reports.facts import Fact
from ...reports.facts import about as about_run
from ...reports.facts import warnings as warnings_of_run
from ...reports.overview import overview_of_run
from ...reports.page.model import Block, Cell, Facts, Grid, Listing, Page, Paragraph, Section
from ...reports.page.render import render_page
from ...reports.run import charts
from ...reports.run.charts import Clock
from ...reports.run.slices import slices
from ...reports.text import printable
from ...workflows.suite import EntryResult, SuiteResult
from ..suiting import FIGURES, entry_cells
from ..views.suite import overview
from .parts import label, page, section, told

_MOST_CURVES = 12
_POINTS = 120
_MOST_SUMMARIES = 50
_LEFT_OUT = (
    f"Curves are drawn of the first {_MOST_CURVES} tests, and {_MOST_SUMMARIES} at most have a summary, those that did "
    "not pass before others. All figures are in the JSON result."
)


def render(result: SuiteResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: SuiteResult) -> Page:
    """The page as data."""
    seen = overview(result)
    return page(
        seen,
        [
            section("tests", "Tests", "Tests", _tests(result)),
            section("notes", "What to know", "Notes", [told(seen.warnings)]),
            *(_summary(number, result.entries[number - 1]) for number in _summed_up(result)),
        ],
        schema=result.schema_name,
        cards=_cards(result),
    )


def _cards(result: SuiteResult) -> list[Fact]:
    passed = sum(entry.passed for entry in result.entries)
    failed = len(result.entries) - passed
    return [
        Fact("tests", figures.count(len(result.entries))),
        Fact("passed", figures.count(passed), "good" if passed else "plain"),
        Fact("did not pass", figures.count(failed), "bad" if failed else "plain"),
        Fact("took", figures.duration(result.duration_s)),
        Fact("tests ran in", result.mode),
        Fact("exit code", str(result.exit_code), "bad" if result.exit_code else "plain"),
    ]


def _tests(result: SuiteResult) -> list[Block]:
    """A row for each test, whose name leads to its summary."""
    summed_up = set(_summed_up(result))
    rows = [_row(number, entry, leads=number in summed_up) for number, entry in enumerate(result.entries, 1)]
    listing = Listing("all-tests", "tests", ["test", "verdict", *FIGURES, "why"], rows)
    return [listing, *([Paragraph(_LEFT_OUT)] if len(result.entries) > _MOST_CURVES else [])]


def _summed_up(result: SuiteResult) -> list[int]:
    """The numbers of the tests that have a summary: of many, those that did not pass before others."""
    numbers = range(1, len(result.entries) + 1)
    return sorted(sorted(numbers, key=lambda number: result.entries[number - 1].passed)[:_MOST_SUMMARIES])


def _row(number: int, entry: EntryResult, *, leads: bool) -> list[Cell]:
    name, verdict, *values, why = entry_cells(entry)
    keys = _keys(entry.result) if entry.result is not None else [None] * len(values)
    return [
        Cell(name, part=f"test-{number}" if leads else ""),
        Cell(verdict, float(entry.passed), "plain" if entry.passed else "bad"),
        *(Cell(text, key) for text, key in zip(values, keys, strict=True)),
        Cell(why, words=True),
    ]


def _keys(run: RunResult) -> list[float | None]:
    """What the cells of the figures sort by."""
    summary = run.summary
    return [
        float(summary.requests),
        summary.throughput_rps,
        float(summary.failures),
        summary.latency_ms.p50,
        summary.latency_ms.p95,
    ]


def _summary(number: int, entry: EntryResult) -> Section | None:
    """What became of a test, in short."""
    title = f"{entry_cells(entry)[1]}: {printable(entry.name)}"
    nav = label(entry.name) if number <= _MOST_CURVES else ""
    run = entry.result
    if run is None:
        why = [Paragraph(printable(line.strip())) for line in (entry.error or "It never began.").splitlines()]
        return section(f"test-{number}", title, nav, why)
    seen = overview_of_run(run)
    blocks: list[Block | None] = [
        Facts(about_run(run)),
        *(Grid(table, titled=bool(table.title)) for table in seen.tables),
        *(_curves(number, run) if number <= _MOST_CURVES else ()),
        told(warnings_of_run(run), "Warnings"),
    ]
    return section(f"test-{number}", title, nav, blocks, printable(seen.headline.sentence))


def _curves(number: int, run: RunResult) -> Iterator[Block]:
    """Throughput and percentiles over time."""
    parts = slices(run, _POINTS)
    if not parts:
        return
    clock = Clock(run, parts)
    for plot in (charts.throughput(clock), charts.percentiles(clock)):
        if plot is not None:
            yield replace(plot, id=f"{plot.id}-{number}", sync=f"test-{number}", wide=False)
