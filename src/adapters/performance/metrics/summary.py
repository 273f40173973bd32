"""Summaries: the figures of a result that are read from counts and histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .document import ResultModel
from .groups import GroupStats
from .histogram import Histogram
from .window import RequestStats

_QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}


class LatencySummary(ResultModel):
    """How long requests took, in milliseconds; all None when nothing was measured."""

    min: float | None = None
    mean: float | None = None
    stdev: float | None = None
    p50: float | None = None
    p75: float | None = None
    p90: float | None = None
    p95: float | None = None
    p99: float | None = None
    p999: float | None = None
    max: float | None = None


class ErrorCount(ResultModel):
    """How many requests failed in the same way."""

    kind: str
    message: str
    count: int


class WarmUp(ResultModel):
    """The first seconds of a load, and what ended in them: left out of every other figure."""

    duration_s: int
    requests: int
    failures: int


class Summary(ResultModel):
    """The figures of a run, or of one request name in it; None is not measured.

    ``error_rate`` is a fraction; ``throughput_rps`` is requests finished per second of the measured duration in which
    the run was not paused. ``connect_ms`` is the making of TCP connections, the look-up of names excluded, ``tls_ms``
    the handshakes after it: of those connections that were made for a request, whose latency includes both. In the
    open model ``response_ms`` counts from when a request was due, and ``lag_ms`` (of a run, not of a name in it) is how
    late the generator itself was to begin iterations; waiting for a free user is in the former, not in the latter.
    """

    requests: int
    failures: int
    error_rate: float | None
    throughput_rps: float | None
    latency_ms: LatencySummary
    ttfb_ms: LatencySummary | None = None
    connect_ms: LatencySummary | None = None
    tls_ms: LatencySummary | None = None
    response_ms: LatencySummary | None = None
    lag_ms: LatencySummary | None = None
    bytes_received: int | None = None
    bytes_sent: int | None = None
    status_codes: dict[str, int] | None = None
    errors: tuple[ErrorCount, ...] = ()
    iterations: int | None = None
    dropped: int | None = None
    interrupted: int | None = None


class GroupSummary(ResultModel):
    """How long the groups of steps of one name took, from the start of the first step to the end of the last.

    Of ``count`` groups that came to their end, in ``failures`` a request failed; ``error_rate`` is a fraction.
    """

    count: int
    failures: int
    error_rate: float | None
    duration_ms: LatencySummary


def latency_summary(histogram: Histogram) -> LatencySummary:
    """The figures of a histogram in milliseconds."""
    quantiles = histogram.quantiles(tuple(_QUANTILES.values()))
    return LatencySummary(
        min=_ms(histogram.min_ns),
        mean=_ms(histogram.mean_ns),
        stdev=_ms(histogram.stdev_ns),
        max=_ms(histogram.max_ns),
        **{name: _ms(value) for name, value in zip(_QUANTILES, quantiles, strict=True)},
    )


def summarize(
    stats: RequestStats,
    duration_s: float | None,
    *,
    lag: Histogram | None = None,
    iterations: int | None = None,
    dropped: int | None = None,
    interrupted: int | None = None,
) -> Summary:
    """The figures of some requests, finished within ``duration_s`` seconds, as they stand in a result."""
    codes = stats.status_codes
    return Summary(
        requests=stats.requests,
        failures=stats.failures,
        error_rate=stats.failures / stats.requests if stats.requests else None,
        throughput_rps=rate(stats.requests, duration_s),
        latency_ms=latency_summary(stats.latency),
        ttfb_ms=_if_measured(stats.ttfb),
        connect_ms=_if_measured(stats.connect),
        tls_ms=_if_measured(stats.tls),
        response_ms=_if_measured(stats.response),
        lag_ms=_if_measured(lag),
        bytes_received=stats.bytes_received,
        bytes_sent=stats.bytes_sent,
        status_codes=None if codes is None else {str(status): codes[status] for status in sorted(codes)},
        errors=error_counts(stats.errors),
        iterations=iterations,
        dropped=dropped,
        interrupted=interrupted,
    )


def summarize_group(stats: GroupStats) -> GroupSummary:
    """The figures of the groups of one name."""
    return GroupSummary(
        count=stats.count,
        failures=stats.failures,
        error_rate=stats.failures / stats.count if stats.count else None,
        duration_ms=latency_summary(stats.duration),
    )


def metrics_dict(total: RequestStats, duration_s: float | None) -> dict[str, Any]:
    """The answer of `MetricsCollector.get_metrics`: times in ms, ``error_rate`` in percent."""
    times = latency_summary(total.latency).model_dump()
    return {
        "total_requests": total.requests,
        "successful_requests": total.requests - total.failures,
        "failed_requests": total.failures,
        "error_rate": 100 * total.failures / total.requests if total.requests else None,
        "response_times": {"avg": times.pop("mean"), **times},
        "throughput": rate(total.requests, duration_s),
        "duration": duration_s,
        "errors": [error.model_dump() for error in error_counts(total.errors)],
    }


def error_counts(errors: Mapping[tuple[str, str], int]) -> tuple[ErrorCount, ...]:
    """The error groups, the most frequent first."""
    ranked = sorted(errors.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ErrorCount(kind=kind, message=message, count=count) for (kind, message), count in ranked)


def rate(count: int, duration_s: float | None) -> float | None:
    """Per second of a measured duration; None when that is unknown or 0."""
    return count / duration_s if duration_s else None


def _if_measured(histogram: Histogram | None) -> LatencySummary | None:
    return latency_summary(histogram) if histogram is not None and histogram.count else None


def _ms(value_ns: float | None) -> float | None:
    return None if value_ns is None else value_ns / 1e6
