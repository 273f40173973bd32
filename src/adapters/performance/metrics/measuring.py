"""The figure of a threshold, read from a part of a run."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..plan.threshold_figures import family_of
from ..plan.thresholds import Threshold
from .histogram import Histogram
from .part import Part, Scope
from .summary import rate
from .window import OTHER_ERRORS

_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
_QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
_NS_MS = 1e6


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure, in a threshold's unit, or None and why it is not known; ``at_most`` where it may be larger."""

    actual: float | None
    reason: str | None = None
    at_most: float | None = None


def holds(threshold: Threshold, measured: Measured) -> bool | None:
    """Whether a figure meets a threshold; None when that is not known."""
    if measured.actual is None:
        return None
    met = _HOLDS[threshold.op](measured.actual, threshold.value)
    if measured.at_most is None or _HOLDS[threshold.op](measured.at_most, threshold.value) == met:
        return met
    return None


def farthest(threshold: Threshold, value: float) -> float:
    """How far on the wrong side of a threshold a figure lies: more is worse."""
    if threshold.op in ("<", "<="):
        return value - threshold.value
    if threshold.op in (">", ">="):
        return threshold.value - value
    return abs(value - threshold.value)


def times_by_request(thresholds: Iterable[Threshold]) -> dict[Scope, set[str]]:
    """The request names (None: all requests) that thresholds are on, and which times of them."""
    wanted: dict[Scope, set[str]] = {}
    for threshold in thresholds:
        times = wanted.setdefault(threshold.request, set())
        if threshold.times is not None:
            times.add(threshold.times)
    return wanted


def measure(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    """What a part, which took ``duration_s`` seconds, says of a threshold's figure."""
    time = family_of(threshold.metric)
    if time is not None:
        family, statistic = time
        times = part.lag if family == "lag" else getattr(part.stats, family)
        return _time(threshold, part, times, statistic)
    return _MEASURES[threshold.metric](threshold, part, duration_s)


def _time(threshold: Threshold, part: Part, times: Histogram | None, statistic: str) -> Measured:
    if times is None or not times.count:
        return Measured(None, f"{threshold.metric} was not measured" if part.stats.requests else _NOTHING)
    if statistic in _QUANTILES:
        value_ns: float | None = times.quantile(_QUANTILES[statistic])
    else:
        value_ns = getattr(times, f"{statistic}_ns")
    return Measured(None if value_ns is None else value_ns / _NS_MS)


def _error_rate(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    stats = part.stats
    return Measured(stats.failures / stats.requests) if stats.requests else Measured(None, _NOTHING)


def _checks(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    total = part.passed + part.failed
    return Measured(part.passed / total) if total else Measured(None, "no check was run")


def _throughput(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    per_second = rate(part.stats.requests, duration_s)
    return Measured(per_second, None if per_second is not None else "throughput was not measured")


def _errors(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    """Failures of one kind; where the least frequent are not told apart, they may be of it."""
    named = Counter(part.stats.errors)
    untold = named.pop(OTHER_ERRORS, 0)
    count = sum(number for (kind, _), number in named.items() if kind == threshold.selector)
    reason = f"{untold} failures of various kinds were not told apart" if untold else None
    return _share_or_count(threshold, part, count, count + untold if untold else None, reason)


def _status(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    codes, selector = part.stats.status_codes, threshold.selector or ""
    if codes is None:
        if part.stats.requests:
            return Measured(None, "status codes were not measured")
        codes = Counter()
    wanted = selector.removesuffix("xx")
    count = sum(
        number
        for status, number in codes.items()
        if str(status).startswith(wanted) and len(str(status)) == len(selector)
    )
    return _share_or_count(threshold, part, count)


def _share_or_count(
    threshold: Threshold, part: Part, count: int, at_most: int | None = None, reason: str | None = None
) -> Measured:
    if not threshold.share:
        return Measured(count, reason, at_most)
    requests = part.stats.requests
    if not requests:
        return Measured(None, _NOTHING)
    return Measured(count / requests, reason, None if at_most is None else at_most / requests)


def _count_of_run(threshold: Threshold, part: Part, duration_s: float | None) -> Measured:
    count: int | None = getattr(part, threshold.metric)
    return Measured(count, None if count is not None else f"{threshold.metric} was not measured")


_NOTHING = "no request ended"
_MEASURES: dict[str, Callable[[Threshold, Part, float | None], Measured]] = {
    "error_rate": _error_rate,
    "checks": _checks,
    "throughput": _throughput,
    "requests": lambda threshold, part, duration_s: Measured(part.stats.requests),
    "failures": lambda threshold, part, duration_s: Measured(part.stats.failures),
    "errors": _errors,
    "status": _status,
    "iterations": _count_of_run,
    "dropped": _count_of_run,
    "interrupted": _count_of_run,
}
