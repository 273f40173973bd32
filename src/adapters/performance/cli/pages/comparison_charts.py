"""The pictures of a comparison: changes with their intervals, shifts of quantiles, every run in its order."""

from __future__ import annotations

from collections.abc import Sequence

from ...metrics.result import RunResult
from ...reports import figures
from ...reports.page.model import (
    Axis,
    Block,
    Colour,
    Paragraph,
    Plot,
    Series,
    Spread,
    Spreads,
    Unit,
    Value,
)
from ...reports.page.ticks import shift, written
from ...reports.text import printable
from ...workflows.comparison.figures import DEFAULT_METRICS, Metric
from ...workflows.comparison.result import (
    ComparisonResult,
    MetricComparison,
    PairComparison,
    QuantileShift,
)
from ..comparing import legend, metric_cells
from ..views.comparison import TONES
from .fitting import MOST_POINTS
from .parts import around, counted, label

_COLOURS: tuple[Colour, ...] = ("c1", "c2", "c3", "c4", "c5", "c6")
_LEAST_REACH = 0.05
_MOST_DRAWN = 8
_UNITS: dict[str, Unit] = {"ms": "ms", "/s": "rate", "": "percent"}


def shares(number: int, pair: PairComparison, result: ComparisonResult) -> Spreads | None:
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


def differences(number: int, pair: PairComparison, result: ComparisonResult) -> Spreads | None:
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


def quantiles(number: int, pair: PairComparison) -> Spreads | None:
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


def drift(result: ComparisonResult) -> list[Block | None]:
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
