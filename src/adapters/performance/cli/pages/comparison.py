"""The page of a comparison: each configuration against the first, in words and as intervals, and every run in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...metrics.result import RunResult
from ...reports import figures
from ...reports.facts import Fact, Tone
from ...reports.overview import Overview
from ...reports.page.model import (
    Axis,
    Block,
    Colour,
    Facts,
    Grid,
    Page,
    Paragraph,
    Plot,
    Section,
    Series,
    Spread,
    Spreads,
    Unit,
    Value,
)
from ...reports.page.render import render_page
from ...reports.page.ticks import shift, written
from ...reports.text import printable
from ...reports.words import load_in_words, plan_in_words
from ...workflows.comparison.figures import DEFAULT_METRICS, Metric
from ...workflows.comparison.result import (
    ComparisonResult,
    MetricComparison,
    PairComparison,
    QuantileShift,
)
from ..comparing import legend, metric_cells, remarks, shift_cells
from ..views.comparison import TONES, overview
from .fitting import MOST_POINTS
from .parts import around, counted, label, page, section

_COLOURS: tuple[Colour, ...] = ("c1", "c2", "c3", "c4", "c5", "c6")
_LEAST_REACH = 0.05
_MOST_DRAWN = 8
_MOST_PICTURES = 6
_UNITS: dict[str, Unit] = {"ms": "ms", "/s": "rate", "": "percent"}
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
            section("runs", "Runs in their order", "Runs", _drift(result), _RUNS),
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


# A pair


def _pair(number: int, pair: PairComparison, result: ComparisonResult) -> Section | None:
    """One configuration against the first."""
    several = len(result.pairs) > 1
    blocks: list[Block | None] = [
        *_why_not(pair),
        _shares(number, pair, result),
        _differences(number, pair, result),
        _quantiles(number, pair),
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


def _shares(number: int, pair: PairComparison, result: ComparisonResult) -> Spreads | None:
    """The change of each figure that is compared by ratio, with its interval, beside what counts as no change."""
    metrics = [metric for metric in pair.metrics if metric.shift is None or metric.shift.by == "share"]
    drawn = [metric for metric in metrics if metric.shift is not None]
    if not drawn:
        return None
    return Spreads(
        f"change-{number}",
        "Change of each figure, with its interval",
        [_row(metric) for metric in drawn],
        _axis("change", drawn, result.margin),
        columns=(label(pair.a), label(pair.b), "change", "interval", "verdict"),
        band=(-result.margin, result.margin),
        rule=0.0,
        note=printable(f"Grey: what counts as no change. {_sentence(legend(result, pair))}"),
        summary=f"Changes of {counted(len(drawn), 'figure')} with their intervals",
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _differences(number: int, pair: PairComparison, result: ComparisonResult) -> Spreads | None:
    """The same of error rates, which are compared by their difference."""
    drawn = [
        metric for metric in pair.metrics if metric.shift is not None and metric.shift.by == "difference"
    ]
    if not drawn:
        return None
    margin = result.error_margin
    return Spreads(
        f"difference-{number}",
        "Change of error rates, in percentage points",
        [_row(metric) for metric in drawn],
        _axis("points", drawn, margin),
        columns=(label(pair.a), label(pair.b), "change", "interval", "verdict"),
        band=(-margin, margin),
        rule=0.0,
        note=f"Grey: less than {100 * margin:g} percentage points of change count as none.",
        summary="Changes of error rates with their intervals",
    )


def _row(metric: MetricComparison) -> Spread:
    name, a, b, change, interval, verdict = metric_cells(metric)
    moved = metric.shift
    assert moved is not None
    return Spread(
        name,
        moved.estimate,
        moved.low,
        moved.high,
        texts=(a, b, change, interval, verdict),
        tone=TONES.get(metric.verdict or "", "plain"),
    )


def _axis(unit: Unit, metrics: Sequence[MetricComparison], margin: float) -> Axis:
    """As far to either side as the intervals reach, and three margins at least; none further than three estimates."""
    shifts = [metric.shift for metric in metrics if metric.shift is not None]
    estimates = max(abs(moved.estimate) for moved in shifts)
    intervals = max(max(abs(moved.low), abs(moved.high)) for moved in shifts)
    reach = max(3 * margin, min(1.1 * intervals, 3 * estimates + 3 * margin))
    return Axis(unit, low=-reach, high=reach)


def _quantiles(number: int, pair: PairComparison) -> Spreads | None:
    """By how much each quantile of the latency moved: all of it, or the slow requests alone."""
    if not pair.quantiles:
        return None
    ends = [abs(end) for one in pair.quantiles for end in (one.shift_ms.low, one.shift_ms.high)]
    most = max(abs(one.shift_ms.estimate) for one in pair.quantiles)
    reach = min(1.08 * max(ends), 3 * most) or 1.08 * max(ends) or 1.0
    return Spreads(
        f"quantiles-{number}",
        "By how much each quantile of the latency moved",
        [_moved(one) for one in pair.quantiles],
        Axis("shift", "shift", low=-reach, high=reach),
        columns=(label(pair.a), label(pair.b), "shift", "interval"),
        rule=0.0,
        note="To the right: slower. One shift for all quantiles is a constant cost; one that grows towards p99.9 is "
        "that of the slow requests.",
        summary="Shifts of the quantiles of latency, with their intervals",
    )


def _moved(one: QuantileShift) -> Spread:
    moved = one.shift_ms
    return Spread(
        f"p{100 * one.quantile:g}",
        moved.estimate,
        moved.low,
        moved.high,
        texts=(
            figures.latency(one.a_ms),
            figures.latency(one.b_ms),
            shift(moved.estimate),
            f"{shift(moved.low)} to {shift(moved.high)}",
        ),
    )


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


# Runs


def _drift(result: ComparisonResult) -> list[Block | None]:
    """A chart for each figure, with every run of every configuration."""
    runs = sorted(
        ((name, run) for name, found in result.runs.items() for run in found),
        key=lambda item: item[1].started_at,
    )
    if not runs:
        return [Paragraph("No run was completed.")]
    names, drawn = list(result.runs)[:_MOST_DRAWN], runs[:MOST_POINTS]
    left_out = len(result.runs) > len(names) or len(runs) > len(drawn)
    said = f"Drawn are the first {len(names)} configurations, and of the runs the first {len(drawn)}."
    return [
        *(_over_runs(metric, names, drawn) for metric in DEFAULT_METRICS),
        Paragraph(said) if left_out else None,
    ]


def _over_runs(metric: Metric, names: Sequence[str], runs: Sequence[tuple[str, RunResult]]) -> Plot | None:
    values = [metric.of(run) for _, run in runs]
    if not any(values):
        return None
    unit = _UNITS[metric.unit]
    low, high = around(values, _LEAST_REACH)
    series = [
        Series(
            label(name),
            [value if of == name else None for (of, _), value in zip(runs, values, strict=True)],
            _COLOURS[number % len(_COLOURS)],
            dots=True,
        )
        for number, name in enumerate(names)
    ]
    return Plot(
        f"runs-{metric.name.replace('_', '-')}",
        f"{metric.label} of each run",
        [float(number) for number in range(1, len(runs) + 1)],
        series,
        Axis(unit, low=low, high=high),
        Axis("count", "run", low=0.5, high=len(runs) + 0.5),
        sync="runs",
        summary=f"{metric.label} of {len(runs)} runs: " + _spans(names, runs, values, unit),
    )


def _spans(
    names: Sequence[str], runs: Sequence[tuple[str, RunResult]], values: Sequence[Value], unit: Unit
) -> str:
    told = []
    for name in names:
        known = [
            value for (of, _), value in zip(runs, values, strict=True) if of == name and value is not None
        ]
        if known:
            told.append(f"{label(name)} {written(min(known), unit)} to {written(max(known), unit)}")
    return ", ".join(told)


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
