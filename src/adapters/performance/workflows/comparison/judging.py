"""The verdict on each figure, from one value of every run: Hodges-Lehmann, Mann-Whitney, and Holm over all of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ...metrics.result import RunResult
from ...stats import (
    Change,
    Interval,
    Quality,
    hodges_lehmann,
    judge,
    mann_whitney,
    newcombe,
    reachable_confidence,
)
from ...stats.verdict import Judgement
from .figures import QUANTILES, Metric
from .result import Basis, MetricComparison, QuantileShift, Shift
from .schedule import MIN_RUNS

CONFIDENCE = 0.95
ALPHA = 1 - CONFIDENCE
FEW_RUNS = f"no verdict under {MIN_RUNS} runs a side"
Runs = Sequence[RunResult]


@dataclass(frozen=True, slots=True)
class Margins:
    """What counts as no change: a share of times and throughputs, and a difference of error rates."""

    share: float
    errors: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure of two sides: its change, from a to b, and the chance of such data if there were none.

    ``change`` is log(b / a), or b − a of a figure that is compared by difference.
    """

    metric: Metric
    a: tuple[float, ...]
    b: tuple[float, ...]
    change: Interval
    p: float


def basis_of(runs_a: Runs, runs_b: Runs) -> Basis:
    """What so many runs a side are a ground for."""
    if len(runs_a) == len(runs_b) == 1:
        return "within-run"
    return "runs" if min(len(runs_a), len(runs_b)) >= MIN_RUNS else "few runs"


def evidence(metric: Metric, runs_a: Runs, runs_b: Runs, confidence: float = CONFIDENCE) -> Evidence:
    """The change of a figure that every run has; 2 runs a side at least. The interval has what confidence it can."""
    a, b = values(metric, runs_a), values(metric, runs_b)
    possible = min(confidence, reachable_confidence(len(a), len(b)))
    if not metric.by_difference:
        logs = [math.log(value) for value in b], [math.log(value) for value in a]
        return Evidence(metric, a, b, hodges_lehmann(*logs, possible), mann_whitney(a, b).p)
    shift = hodges_lehmann(b, a, possible)
    counts = newcombe(*_failures(metric, runs_b), *_failures(metric, runs_a), possible)
    # Runs without a failure differ in nothing, yet another could fail: never surer than the counts allow.
    low, high = min(shift.low, counts.low), max(shift.high, counts.high)
    return Evidence(metric, a, b, Interval(shift.estimate, low, high, shift.confidence), mann_whitney(a, b).p)


def verdict_on(
    found: Evidence, p_adjusted: float, margins: Margins, strict: Interval | None
) -> MetricComparison:
    """A figure with its verdict; ``strict`` is the change at the confidence that all figures have together."""
    if found.metric.by_difference:
        quality = _quality_of_difference(found, p_adjusted, margins.errors)
    else:
        judgement = judge(found.change, margin=margins.share, p_adjusted=p_adjusted, alpha=ALPHA)
        quality = judgement.quality(more_is_better=found.metric.more_is_better)
    return described(found).model_copy(
        update={
            "verdict": quality,
            "p_adjusted": p_adjusted,
            "visible_effect": None if strict is None else _visible(found.metric, strict),
        }
    )


def described(found: Evidence, reason: str | None = None) -> MetricComparison:
    """A figure without a verdict, for the reason."""
    return MetricComparison(
        metric=found.metric.label,
        unit=found.metric.unit,
        a=statistics.median(found.a),
        b=statistics.median(found.b),
        a_runs=found.a,
        b_runs=found.b,
        shift=as_shift(found.metric, found.change),
        reason=reason,
    )


def not_judged(metric: Metric, runs_a: Runs, runs_b: Runs, reason: str) -> MetricComparison:
    """A figure of which nothing is said but what it was."""
    a, b = ([metric.of(run) for run in runs] for runs in (runs_a, runs_b))
    return MetricComparison(
        metric=metric.label,
        unit=metric.unit,
        a=_median(a),
        b=_median(b),
        a_runs=tuple(a),
        b_runs=tuple(b),
        reason=reason,
    )


def as_shift(metric: Metric, change: Interval) -> Shift:
    """A change as it stands in a result."""
    ends = (change.estimate, change.low, change.high)
    if metric.by_difference:
        return _shift(ends, change.confidence, "difference")
    return _shift([math.expm1(end) for end in ends], change.confidence, "share")


def quantile_shifts(runs_a: Runs, runs_b: Runs) -> list[QuantileShift]:
    """By how much each quantile moved, of those that every run has; 2 runs a side at least."""
    shifts = []
    for name, q in QUANTILES.items():
        metric = Metric(name)
        if any(metric.of(run) is None for run in (*runs_a, *runs_b)):
            continue
        a, b = values(metric, runs_a), values(metric, runs_b)
        moved = hodges_lehmann(b, a, min(CONFIDENCE, reachable_confidence(len(a), len(b))))
        ends = (moved.estimate, moved.low, moved.high)
        shifts.append(
            QuantileShift(
                quantile=q,
                a_ms=statistics.median(a),
                b_ms=statistics.median(b),
                shift_ms=_shift(ends, moved.confidence, "difference"),
            )
        )
    return shifts


def values(metric: Metric, runs: Runs) -> tuple[float, ...]:
    """The figure of each run, which all have."""
    found = [metric.of(run) for run in runs]
    return tuple(value for value in found if value is not None)


def _shift(ends: Sequence[float], confidence: float, by: str) -> Shift:
    estimate, low, high = ends
    return Shift.model_validate(
        {"estimate": estimate, "low": low, "high": high, "confidence": confidence, "by": by}
    )


def _quality_of_difference(found: Evidence, p_adjusted: float, margin: float) -> Quality:
    change: Change = "inconclusive"
    if found.change.inside(-margin, margin):
        change = "equivalent"
    elif p_adjusted <= ALPHA and not found.change.contains(0):
        change = "higher" if found.change.low > 0 else "lower"
    return Judgement(change, found.change, margin).quality(more_is_better=found.metric.more_is_better)


def _visible(metric: Metric, change: Interval) -> float | None:
    """The smallest change that would have been found: `Judgement.visible_effect`, whose logarithm is a difference."""
    effect = Judgement("inconclusive", change, 1.0).visible_effect()
    if not math.isfinite(effect):
        return None
    return math.log1p(effect) if metric.by_difference else effect


def _failures(metric: Metric, runs: Runs) -> tuple[int, int]:
    summaries = [summary for run in runs if (summary := metric.summary(run)) is not None]
    return sum(summary.failures for summary in summaries), sum(summary.requests for summary in summaries)


def _median(found: Sequence[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return statistics.median(known) if known else None
