"""The page of a comparison: each configuration against the first, in words and as intervals, and every run in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...reports import figures
from ...reports.facts import Fact, Tone
from ...reports.overview import Overview
from ...reports.page.model import (
    Block,
    Facts,
    Grid,
    Page,
    Section,
)
from ...reports.page.render import render_page
from ...reports.text import printable
from ...reports.words import load_in_words, plan_in_words
from ...workflows.comparison.result import (
    ComparisonResult,
    PairComparison,
)
from ..comparing import metric_cells, remarks, shift_cells
from ..views.comparison import TONES, overview
from . import comparison_charts as charts
from .parts import counted, label, page, section

_MOST_PICTURES = 6
_RUNS = (
    "Every run in the order in which they began: a drift of the machine or of the target shows as a slope that all "
    "share. The scale does not begin at zero, and reaches 5% to either side at least."
)


def render(result: ComparisonResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: ComparisonResult) -> Page:
    """The page as data."""
    seen = overview(result)
    return page(
        _headline(result, seen),
        [
            section("gates", "Gates", "Gates", [Grid(table, titled=False) for table in seen.tables]),
            *(_pair(number, pair, result) for number, pair in enumerate(result.pairs, 1)),
            section("runs", "Runs in their order", "Runs", charts.drift(result), _RUNS),
            section("settings", "How it was compared", "Settings", [Facts(_settings(result), 2)]),
        ],
        schema=result.schema_name,
        cards=_cards(result) if len(result.pairs) == 1 else (),
        about=_about(result),
    )


def _headline(result: ComparisonResult, seen: Overview) -> Overview:
    """One word for each pair where there are several, whose sentences stand below."""
    if len(result.pairs) < 2 or not result.passed:
        return seen
    told = ", ".join(f"{pair.b} {pair.verdict}" for pair in result.pairs)
    return replace(seen, headline=replace(seen.headline, sentence=f"against {result.pairs[0].a}: {told}"))


def _cards(result: ComparisonResult) -> list[Fact]:
    """The changes of the figures that most readers came for."""
    (pair,) = result.pairs
    return [
        Fact(metric.metric, shift_cells(metric.shift)[0], TONES.get(metric.verdict or "", "plain"))
        for metric in pair.metrics[:6]
    ]


def _about(result: ComparisonResult) -> list[Fact]:
    """What each configuration is."""
    facts = []
    for name, runs in result.runs.items():
        first = runs[0] if runs else None
        what = f": {plan_in_words(first.plan)}, {load_in_words(first.plan)}" if first else ""
        facts.append(Fact(printable(name), f"{counted(len(runs), 'run')}{what}"))
    return facts


def _pair(number: int, pair: PairComparison, result: ComparisonResult) -> Section | None:
    """One configuration against the first."""
    several = len(result.pairs) > 1
    blocks: list[Block | None] = [
        *_why_not(pair),
        charts.shares(number, pair, result),
        charts.differences(number, pair, result),
        charts.quantiles(number, pair),
        _not_judged(pair),
        *_to_know(pair),
    ]
    if number > _MOST_PICTURES:
        blocks = [*_why_not(pair), _words_of(pair)]
    title = printable(f"{label(pair.b)} against {label(pair.a)}")
    nav = label(pair.b) if several else "Changes"
    lead = printable(pair.sentence) if several else ""
    return section(f"pair-{number}", title, nav, blocks, lead)


def _why_not(pair: PairComparison) -> Iterator[Block]:
    if pair.reasons:
        facts = [Fact("not comparable", printable(reason), "bad") for reason in pair.reasons]
        yield Facts(facts)


def _words_of(pair: PairComparison) -> Facts:
    """The changes without a picture, of pairs that are many."""
    rows = [metric_cells(metric) for metric in pair.metrics]
    facts = [
        Fact(name, f"{change} ({interval}): {verdict}") for name, _, _, change, interval, verdict in rows
    ]
    return Facts([*facts, Fact("drawn", f"the first {_MOST_PICTURES} are")])


def _not_judged(pair: PairComparison) -> Facts | None:
    """Figures of which there is nothing to draw, with what they were."""
    rows = [metric_cells(metric) for metric in pair.metrics if metric.shift is None]
    facts = [Fact(name, f"{a} → {b}, {verdict}") for name, a, b, _, _, verdict in rows]
    return Facts(facts, title="Not drawn, as no interval is known") if facts else None


def _to_know(pair: PairComparison) -> Iterator[Block]:
    """What differs, and what else is to be known."""
    facts = [
        *(Fact("differs", printable(text)) for text in pair.differs),
        *(Fact("note", printable(text), "warn") for text in pair.notes),
        *(Fact("no verdict", printable(text)) for text in remarks(pair)),
    ]
    if facts:
        yield Facts(facts, title="What to know of it")


def _settings(result: ComparisonResult) -> list[Fact]:
    """What counts as a change, how sure intervals are, and in which order it ran."""
    order: Tone = "plain"
    return [
        Fact("no change within", figures.percent(result.margin)),
        Fact("error rates within", f"{100 * result.error_margin:g}pp"),
        Fact("confidence", figures.percent(result.confidence)),
        Fact(
            "order", f"drawn with seed {result.seed}" if result.seed is not None else "stored results", order
        ),
        Fact("ended", result.stopped),
        *([Fact("reason", printable(result.reason))] if result.reason else []),
    ]
