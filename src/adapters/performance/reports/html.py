"""A run as one HTML file that needs nothing else: the verdict first, then what was asked for and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import yaml

from ..metrics.result import RunResult
from . import figures
from .facts import Fact, about, headline, semantics, statuses, totals, warnings
from .findings import findings, nothing_found
from .grid import Table
from .health import generator
from .page.model import MOST_POINTS, Block, Code, Facts, Findings, Grid, Page, Paragraph, Section
from .page.render import render_page
from .run import charts, distribution
from .run.charts import Clock
from .run.environment import arrivals, environment
from .run.planned import planned
from .run.requests import listing
from .run.slices import slices
from .tables import APART, Builder, checks, errors, latencies, tables, thresholds
from .text import cut, printable
from .words import plan_in_words

_MOST_ROWS = 50
_LONGEST_PLAN = 10_000
_LONGEST_TEXT = 240
_NO_THRESHOLDS = "No threshold was set: such a run is a success when not one of its requests fails."
_NO_RECORDING = (
    "The heat map, the percentile spectrum, distributions by request, and errors and statuses over time are left out: "
    "this result was read from JSON, which has no histograms."
)


def render(result: RunResult) -> str:
    """The report as HTML text."""
    return render_page(page_of(result))


def page_of(result: RunResult) -> Page:
    """The report as a page."""
    verdict = headline(result)
    parts = slices(result, MOST_POINTS)
    clock = Clock(result, parts) if parts else None
    sections = [
        _section("judged", "Thresholds and warnings", "Verdict", _judged(result)),
        _section(
            "findings", "Findings", "Findings", [Findings(findings(result, parts), nothing_found(result))]
        ),
        _section("load-over-time", "Load", "Load", _load(result, clock), clock.lead if clock else ""),
        _section("latency", "Latency", "Latency", _latency(result, clock), _meaning(result)),
        _section("requests", "Requests", "Requests", [listing(result), *_grids(result, APART)]),
        _section("errors", "Errors and checks", "Errors", _grids(result, (errors, checks))),
        _section(
            "totals",
            "Totals",
            "",
            [Facts([*totals(result), Fact("status codes", statuses(result.summary))], 2)],
        ),
        _section("generator", "Generator and environment", "Generator", _generator(result)),
        _section("meaning", "What the figures mean", "", [Facts(semantics(result))]),
        _section("plan", "Plan", "Plan", [Code("The plan as it ran", _plan_text(result.plan))]),
    ]
    return Page(
        title=plan_in_words(result.plan),
        word=verdict.word,
        sentence=_short(verdict.sentence),
        tone=verdict.tone,
        about=_about(result),
        cards=_cards(result),
        sections=[section for section in sections if section is not None],
        caution=_caution(result),
        caution_at="judged",
        footer=result.schema_name,
        started_s=result.started_at.timestamp(),
    )


def _section(id: str, title: str, nav: str, blocks: Iterable[Block | None], lead: str = "") -> Section | None:
    """A section of those blocks that there are; None without any."""
    found = [block for block in blocks if block is not None]
    return Section(id, title, found, nav, lead) if found else None


def _cards(result: RunResult) -> list[Fact]:
    """The figures that most readers came for."""
    summary, finest = result.summary, result.engine.semantics.resolution_ms
    return [
        Fact("requests", figures.count(summary.requests)),
        Fact("throughput", figures.rate(summary.throughput_rps)),
        Fact("error rate", figures.percent(summary.error_rate), "bad" if summary.failures else "plain"),
        Fact("p50", figures.latency(summary.latency_ms.p50, finest)),
        Fact("p95", figures.latency(summary.latency_ms.p95, finest)),
        Fact("p99", figures.latency(summary.latency_ms.p99, finest)),
    ]


def _about(result: RunResult) -> list[Fact]:
    """What ran, but for what the figures mean: that stands where they are."""
    told = {"plan", "latency is", "response is"}
    facts = [fact for fact in about(result) if fact.label not in told]
    return [*facts, Fact("duration", figures.duration(result.duration_s))]


def _caution(result: RunResult) -> str:
    count = len(result.warnings)
    if not count:
        return ""
    return (
        "There is a warning to read before the figures"
        if count == 1
        else f"There are {count} warnings to read first"
    )


def _meaning(result: RunResult) -> str:
    meaning = result.engine.semantics
    return f"Latency is {printable(meaning.latency)}; resolution {figures.resolution(meaning.resolution_ms)}."


def _judged(result: RunResult) -> list[Block]:
    told = [replace(fact, text=_short(fact.text)) for fact in warnings(result)[:_MOST_ROWS]]
    judged = _grids(result, (thresholds,)) or [Paragraph(_NO_THRESHOLDS)]
    return [*judged, *([Facts(told, title="Warnings")] if told else [])]


def _load(result: RunResult, clock: Clock | None) -> list[Block | None]:
    if clock is None:
        return (
            [Paragraph("There is no timeline: the engine did not tell when requests ended.")]
            if result.requests
            else []
        )
    plan = planned(result.plan)
    return [
        charts.load(clock, plan),
        charts.throughput(clock),
        charts.users(clock, plan),
        charts.errors(clock),
        charts.statuses(clock),
    ]


def _latency(result: RunResult, clock: Clock | None) -> list[Block | None]:
    recording = result.recording
    return [
        *([charts.percentiles(clock)] if clock else []),
        *([distribution.heat_map(clock)] if clock else []),
        distribution.spectrum(recording) if recording else None,
        *([charts.response(clock)] if clock else []),
        *_grids(result, (latencies,)),
        Paragraph(_NO_RECORDING) if recording is None and result.requests else None,
    ]


def _grids(result: RunResult, builders: Sequence[Builder]) -> list[Block]:
    return [Grid(_cut(table)) for table in tables(result, builders, most_rows=_MOST_ROWS)]


def _cut(table: Table) -> Table:
    """The table with its cells cut to a length that is still read."""
    return replace(table, rows=tuple(replace(row, cells=tuple(map(_short, row.cells))) for row in table.rows))


def _short(text: str) -> str:
    return cut(text, _LONGEST_TEXT)


def _generator(result: RunResult) -> list[Block]:
    return [*_grids(result, (generator,)), Facts([*environment(result), *arrivals(result)], 2)]


def _plan_text(plan: dict[str, Any]) -> str:
    text = yaml.safe_dump(plan, sort_keys=False, allow_unicode=True, width=100) if plan else figures.UNKNOWN
    lines = "\n".join(printable(line) for line in text.splitlines())
    return cut(lines, _LONGEST_PLAN) + (
        "\n(the whole plan is in the JSON result)" if len(lines) > _LONGEST_PLAN else ""
    )
