"""One run a side: the noise within the runs is all that is known, and no verdict follows from it.

A result holds no samples, but its timeline holds the requests, the failures and some percentiles of each second. Whole
seconds are drawn, a few neighbours at a time (`block_bootstrap_compare`). Of a percentile that gives the change in
the median of the seconds' own percentiles: the typical second's p95, not the whole run's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...metrics.result import RunResult, TimelinePoint
from ...stats import Interval, block_bootstrap_compare, newcombe
from ...stats.inputs import FloatArray
from .figures import QUANTILES, Metric
from .judging import CONFIDENCE, not_judged
from .result import MetricComparison, Shift

LABEL = "within-run noise only, no verdict"
MIN_SECONDS = 10
_MIN_BEYOND_EACH = 5
_IN_TIMELINE = ("p50", "p95", "p99")


def compare_within(metric: Metric, a: RunResult, b: RunResult, *, seed: int = 0) -> MetricComparison:
    """A figure of two runs, its change with the noise of their seconds, and no verdict."""
    try:
        change, about = _change(metric, a, b, seed)
    except ValueError as error:
        return not_judged(metric, [a], [b], f"{LABEL}: {error}")
    ends = (change.estimate, change.low, change.high)
    estimate, low, high = ends if metric.by_difference else (end - 1 for end in ends)
    shift = Shift(
        estimate=estimate,
        low=low,
        high=high,
        confidence=change.confidence,
        by="difference" if metric.by_difference else "share",
    )
    figures = not_judged(metric, [a], [b], f"{LABEL}{about}")
    return figures.model_copy(update={"shift": shift})


def _change(metric: Metric, a: RunResult, b: RunResult, seed: int) -> tuple[Interval, str]:
    if metric.request is not None:
        raise ValueError("the timeline is of all requests together")
    seconds_a, seconds_b = _seconds(a), _seconds(b)
    length = max(1, round(min(len(seconds_a), len(seconds_b)) ** (1 / 3)))
    if metric.by_difference:
        return _change_of_errors(a, b, seconds_a, seconds_b, length, seed), ""
    change = block_bootstrap_compare(
        _blocks(metric, seconds_b),
        _blocks(metric, seconds_a),
        _mean if metric.name == "throughput" else _median,
        compare="ratio",
        run_length=length,
        confidence=CONFIDENCE,
        seed=seed,
    )
    return change, f"; of each second's {metric.name}, the median" if metric.is_time else ""


def _change_of_errors(
    a: RunResult,
    b: RunResult,
    seconds_a: Sequence[TimelinePoint],
    seconds_b: Sequence[TimelinePoint],
    length: int,
    seed: int,
) -> Interval:
    drawn = block_bootstrap_compare(
        [np.array([point.failures, point.requests], float) for point in seconds_b],
        [np.array([point.failures, point.requests], float) for point in seconds_a],
        lambda totals: float(totals[0] / max(1.0, totals[1])),
        run_length=length,
        confidence=CONFIDENCE,
        seed=seed,
        combine=_total,
    )
    counts = newcombe(
        b.summary.failures, b.summary.requests, a.summary.failures, a.summary.requests, CONFIDENCE
    )
    # Seconds without a failure differ in nothing, yet another could have one: never surer than the counts allow.
    return Interval(drawn.estimate, min(drawn.low, counts.low), max(drawn.high, counts.high), CONFIDENCE)


def _seconds(run: RunResult) -> list[TimelinePoint]:
    """The seconds that a run covered in full."""
    whole = [point for point in run.timeline if run.duration_s is None or point.t + 1 <= run.duration_s]
    if len(whole) < MIN_SECONDS:
        raise ValueError(f"{len(whole)} whole seconds in the timeline are too few, {MIN_SECONDS} are needed")
    return whole


def _blocks(metric: Metric, seconds: Sequence[TimelinePoint]) -> list[FloatArray]:
    if metric.name == "throughput":
        return [np.array([float(point.requests)]) for point in seconds]
    if metric.name not in _IN_TIMELINE:
        raise ValueError(f"the timeline has no {metric.name} of each second")
    beyond = 1 - QUANTILES[metric.name]
    told = [
        value
        for point in seconds
        if (value := getattr(point, f"{metric.name}_ms")) is not None
        and round(point.requests * beyond, 6) >= _MIN_BEYOND_EACH
    ]
    if len(told) < MIN_SECONDS:
        raise ValueError(f"too few seconds have {_MIN_BEYOND_EACH} requests beyond their {metric.name}")
    return [np.array([value]) for value in told]


def _total(parts: Sequence[FloatArray]) -> FloatArray:
    total: FloatArray = np.sum(parts, axis=0)
    return total


def _mean(values: FloatArray) -> float:
    return float(values.mean())


def _median(values: FloatArray) -> float:
    return float(np.median(values))
