"""Building a result: what was collected becomes figures, and the verdict on the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ..plan.thresholds import is_share
from .changes import Change, paused_s
from .collector import MetricsCollector
from .histogram import Histogram
from .result import (
    CheckResult,
    EngineInfo,
    ResultWarning,
    RunResult,
    Stopped,
    ThresholdResult,
    TimelinePoint,
)
from .summary import Summary, rate, summarize, summarize_group
from .timeline import TimelineRow
from .window import RequestStats

_SHORTEST_S = 0.1


def build_result(
    *,
    plan: dict[str, Any],
    engine: EngineInfo,
    started_at: datetime,
    duration_s: float | None,
    stopped: Stopped,
    stop_reason: str | None = None,
    collector: MetricsCollector,
    thresholds: Sequence[ThresholdResult] = (),
    error_threshold_given: bool = False,
    warnings: Sequence[ResultWarning] = (),
    changes: Sequence[Change] = (),
    resources: dict[str, Any] | None = None,
) -> RunResult:
    """The result of a run that took ``duration_s`` seconds, the warm-up included, with the verdict on it.

    A success ran to its end, measured something and held every threshold; without a threshold on errors
    (``error_threshold_given``) not one request failed, nor one of those told aside. Rates are per second of what
    `loaded_s` says.
    """
    measured_s = loaded_s(collector, duration_s, changes)
    summary = summarize_run(collector, measured_s)
    reason = (
        _not_ended(stopped, duration_s, stop_reason)
        or _not_measured(summary, collector)
        or _not_held(thresholds)
        or (None if error_threshold_given else _not_all_succeeded(summary) or _aside_failed(collector))
    )
    result = RunResult(
        success=reason is None,
        reason=reason,
        stopped=stopped,
        engine=engine,
        plan=plan,
        started_at=started_at,
        duration_s=duration_s,
        paused_s=paused_s(changes, duration_s),
        warm_up=collector.warm_up,
        summary=summary,
        requests={name: summarize(stats, measured_s) for name, stats in collector.by_name.items()},
        groups={name: summarize_group(stats) for name, stats in collector.groups.items()},
        aside={name: summarize(stats, None) for name, stats in collector.aside.items()},
        timeline=tuple(timeline_points(collector.timeline, duration_s, since_s=_warm_up_s(collector))),
        checks=tuple(
            CheckResult(name=name, passed=passed, failed=failed)
            for name, (passed, failed) in collector.checks.items()
        ),
        thresholds=tuple(thresholds),
        warnings=(*warnings, *_uncounted(collector.totals().latency), *_aside_warnings(collector)),
        changes=tuple(changes),
        resources=resources or {},
    )
    return result.recorded(collector.recording())


def loaded_s(
    collector: MetricsCollector, duration_s: float | None, changes: Sequence[Change] = ()
) -> float | None:
    """The part of a run's duration that rates are per second of: neither warm-up nor pause; None if nothing is left."""
    measured_s = collector.measured_s(duration_s)
    if measured_s is None or duration_s is None:
        return None
    measured_s -= paused_s(changes, duration_s, since_s=_warm_up_s(collector))
    return measured_s if measured_s > 0 else None


def summarize_run(collector: MetricsCollector, duration_s: float | None) -> Summary:
    """The figures over all request names, such as thresholds are evaluated on."""
    return summarize(
        collector.totals(),
        duration_s,
        lag=collector.lag,
        iterations=collector.iterations,
        dropped=collector.dropped,
        interrupted=collector.interrupted,
    )


def timeline_points(
    rows: Sequence[TimelineRow], duration_s: float | None, *, since_s: int = 0
) -> Iterator[TimelinePoint]:
    """The timeline with every second that was covered in full: one without a report had no requests."""
    known = {row.start_s: row for row in rows}
    covered = range(since_s, int(duration_s)) if rows and duration_s else range(0)
    for second in sorted(known.keys() | set(covered)):
        yield _point(known.get(second) or TimelineRow(second), duration_s)


def _point(row: TimelineRow, duration_s: float | None) -> TimelinePoint:
    p50, p95, p99 = row.latency.quantiles((0.5, 0.95, 0.99))
    covered_s = 1.0 if duration_s is None else min(1.0, duration_s - row.start_s)
    return TimelinePoint(
        t=row.start_s,
        requests=row.requests,
        failures=row.failures,
        users=row.users,
        rps=rate(row.requests, covered_s if covered_s >= _SHORTEST_S else None),
        p50_ms=_ms(p50),
        p95_ms=_ms(p95),
        p99_ms=_ms(p99),
    )


NO_SETUP = "setup failed: "
"""How the reason of a run begins that had no load, since what comes before it failed: the engine did not."""


def _not_ended(stopped: Stopped, duration_s: float | None, why: str | None) -> str | None:
    if stopped in ("completed", "aborted"):  # what aborted it, is a threshold that did not hold
        return None
    if why and why.startswith(NO_SETUP):
        return why
    after = "before its end" if duration_s is None else f"after {duration_s:.1f} s"
    what = f"the run was interrupted {after}" if stopped == "interrupted" else f"the engine failed {after}"
    return f"{what}: {why}" if why else what


def _not_measured(summary: Summary, collector: MetricsCollector) -> str | None:
    if summary.requests:
        return None
    warm_up = collector.warm_up
    return "no request was measured" + (f": {warm_up.requests} ended in the warm-up" if warm_up else "")


def _warm_up_s(collector: MetricsCollector) -> int:
    return 0 if collector.warm_up is None else collector.warm_up.duration_s


def _not_held(thresholds: Sequence[ThresholdResult]) -> str | None:
    missed = [threshold for threshold in thresholds if not threshold.acceptable]
    if not missed:
        return None
    first = min(missed, key=lambda threshold: threshold.aborted_at_s is None)
    more = f" (and {len(missed) - 1} more)" if len(missed) > 1 else ""
    if first.passed is None:
        return f"threshold '{first.expression}' could not be evaluated: {first.reason or 'no figure'}{more}"
    if first.aborted_at_s is not None:
        return f"threshold '{first.expression}' {first.reason}: it was {_shown(first)}{more}"
    why = f" ({first.reason})" if first.reason else ""
    figure = "" if first.actual is None else f": it was {_shown(first)}"
    return f"threshold '{first.expression}' did not hold{figure}{why}{more}"


def _shown(threshold: ThresholdResult) -> str:
    if threshold.actual is None:
        return "unknown"
    if is_share(threshold.expression):
        return f"{threshold.actual * 100:.6g}%"
    return f"{threshold.actual:.6g} {threshold.unit or ''}".rstrip()


def _not_all_succeeded(summary: Summary) -> str | None:
    if not summary.failures:
        return None
    first = f" (first: {summary.errors[0].message or summary.errors[0].kind})" if summary.errors else ""
    failed = f"{summary.failures:,} of {summary.requests:,} requests failed{first}"
    return f"{failed}; a threshold such as 'error_rate < 5%' would allow some"


def _aside_failed(collector: MetricsCollector) -> str | None:
    total = RequestStats()
    for stats in collector.aside.values():
        total.merge(stats)
    if not total.failures:
        return None
    (kind, message), _ = total.errors.most_common(1)[0]
    failed = f"{total.failures:,} of {total.requests:,} requests of setup and authentication failed"
    return f"{failed} (most often: {message or kind})"


def _aside_warnings(collector: MetricsCollector) -> Iterator[ResultWarning]:
    if failed := _aside_failed(collector):
        yield ResultWarning(code="AsideFailed", message=failed)


def _uncounted(latency: Histogram) -> Iterator[ResultWarning]:
    """A warning when requests took a time that cannot be, so that no percentile knows of them."""
    found = {
        "negative": latency.negative,
        "not a number": latency.invalid,
        "over 73 minutes": latency.overflow,
    }
    if any(found.values()):
        told = ", ".join(f"{count} {what}" for what, count in found.items() if count)
        yield ResultWarning(
            code="LatencyOutOfRange", message=f"latencies left out of the percentiles: {told}"
        )


def _ms(value_ns: float | None) -> float | None:
    return None if value_ns is None else value_ns / 1e6
