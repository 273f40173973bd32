"""Thresholds held against what was measured; a figure that was not measured makes a threshold not evaluable."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from ..plan.thresholds import LATENCY_METRICS, Threshold
from .build import summarize_run
from .collector import MetricsCollector
from .result import ThresholdResult
from .summary import Summary, summarize

_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def evaluate(
    thresholds: Sequence[Threshold], collector: MetricsCollector, duration_s: float | None
) -> list[ThresholdResult]:
    """Each threshold with the figure it was held against; ``passed`` is None when there is no such figure."""
    return [_evaluate(threshold, collector, duration_s) for threshold in thresholds]


def _evaluate(threshold: Threshold, collector: MetricsCollector, duration_s: float | None) -> ThresholdResult:
    actual, reason = _figure(threshold, collector, duration_s)
    return ThresholdResult(
        expression=threshold.expression,
        passed=None if actual is None else _HOLDS[threshold.op](actual, threshold.value),
        actual=actual,
        unit=threshold.unit or None,
        reason=reason,
    )


def _figure(
    threshold: Threshold, collector: MetricsCollector, duration_s: float | None
) -> tuple[float | None, str | None]:
    if threshold.metric == "checks":
        return _share_of_checks(threshold, collector)
    if threshold.request is None:
        summary = summarize_run(collector, duration_s)
    elif threshold.request in collector.by_name:
        summary = summarize(collector.by_name[threshold.request], duration_s)
    else:
        return None, f"no request was called {threshold.request!r}"
    actual = _of_summary(threshold.metric, summary)
    return actual, None if actual is not None else f"{threshold.metric} was not measured"


def _of_summary(metric: str, summary: Summary) -> float | None:
    if metric in LATENCY_METRICS:
        value: float | None = getattr(summary.latency_ms, metric)
        return value
    return {
        "error_rate": summary.error_rate,
        "throughput": summary.throughput_rps,
        "requests": summary.requests,
        "failures": summary.failures,
    }[metric]


def _share_of_checks(threshold: Threshold, collector: MetricsCollector) -> tuple[float | None, str | None]:
    counts = [
        count
        for name, count in collector.checks.items()
        if threshold.request is None or name.startswith(f"{threshold.request}: ")
    ]
    total = sum(passed + failed for passed, failed in counts)
    if not total:
        return None, "no check was run"
    return sum(passed for passed, _ in counts) / total, None
