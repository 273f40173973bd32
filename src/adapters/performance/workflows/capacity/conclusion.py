"""What a search comes to: the conclusion, in figures and in one sentence, from its answers and its probes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...stats import Interval
from .probe import Criterion
from .result import Conclusion, Ending, Knee, Probe, Range
from .search import Search
from .slo import Slo

_NEAR = 1.1
_MIN_BEYOND = 10
_BEYOND = {"p95": 0.05, "p99": 0.01, "p999": 0.001}
_WORDS: dict[Criterion, str] = {
    "latency": "latency",
    "errors": "errors",
    "plateau": "the throughput, which rises no more",
    "queue": "a growing queue",
    "generator": "the generator",
}


@dataclass(frozen=True, slots=True)
class Concluded:
    """The parts of a result that are drawn from the probes."""

    conclusion: Conclusion
    sentence: str
    rate: float | None
    interval: Range | None
    limit: Criterion | None
    limit_reason: str | None
    notes: tuple[str, ...]


def conclude(
    search: Search, probes: Sequence[Probe], slo: Slo, ended: Ending, reason: str | None
) -> Concluded:
    """What is known at the end, whatever ended it."""
    interval = search.interval
    limit, why = limiting(probes, interval)
    conclusion, rate = _conclusion(search, probes, interval, limit, ended)
    return Concluded(
        conclusion,
        _sentence(conclusion, rate, search, probes, slo, interval, limit, why, ended, reason),
        rate,
        _range(interval, search),
        limit,
        why,
        tuple(_notes(probes, slo)),
    )


def limiting(probes: Sequence[Probe], interval: Interval | None) -> tuple[Criterion | None, str | None]:
    """The criterion by which probes near the limit failed most often, and the reason of the lowest one."""
    failed = [probe for probe in probes if not probe.sustained]
    if interval is not None and math.isfinite(interval.high):
        near = [p for p in failed if interval.low <= p.rate <= _NEAR * interval.high]
        failed = near or failed
    counts = Counter(probe.criterion for probe in failed if probe.criterion is not None)
    if not counts:
        return None, None
    criterion = counts.most_common(1)[0][0]
    lowest = min((p for p in failed if p.criterion == criterion), key=lambda p: p.rate)
    return criterion, f"{lowest.reason} at {lowest.rate:.4g}/s"


def knee(probes: Sequence[Probe]) -> Knee | None:
    """Of the rates probed, the one of the highest power: throughput divided by the mean response time."""
    fit = [p for p in probes if p.mean_ms and p.achieved and p.error_rate == 0 and p.criterion != "generator"]
    if len({probe.rate for probe in fit}) < 3:
        return None
    best = max(fit, key=lambda p: (p.achieved or 0) / (p.mean_ms or math.inf))
    assert best.mean_ms is not None
    return Knee(rate=best.rate, mean_ms=best.mean_ms, p50_ms=best.p50_ms)


def _conclusion(
    search: Search,
    probes: Sequence[Probe],
    interval: Interval | None,
    limit: Criterion | None,
    ended: Ending,
) -> tuple[Conclusion, float | None]:
    if ended == "max_rate":
        return "at_least", search.verified_rate
    if ended == "first_probe" and limit != "generator":
        return "below", probes[0].rate
    sustained = search.verified_rate or search.held_rate
    if ended == "converged" and interval is not None:
        return ("at_least", sustained) if limit == "generator" else ("found", interval.estimate)
    known = interval is not None and interval.low > 0 and math.isfinite(interval.high)
    return "inconclusive", interval.estimate if interval is not None and known else sustained


def _range(interval: Interval | None, search: Search) -> Range | None:
    if interval is None:
        return None if search.held_rate is None else Range(low=search.held_rate, high=None, confidence=0.95)
    return Range(
        low=interval.low or None,
        high=interval.high if math.isfinite(interval.high) else None,
        confidence=interval.confidence,
    )


def _sentence(
    conclusion: Conclusion,
    rate: float | None,
    search: Search,
    probes: Sequence[Probe],
    slo: Slo,
    interval: Interval | None,
    limit: Criterion | None,
    why: str | None,
    ended: Ending,
    reason: str | None,
) -> str:
    within = " and ".join(slo.expressions)
    held = _verified(search, probes)
    if conclusion == "found" and interval is not None and limit is not None:
        return (
            f"sustains {_rate(rate)} ({_bounds(interval)}) within {within}; "
            f"the limit is {_WORDS[limit]}: {why}; {held}"
        )
    if conclusion == "at_least":
        by = "the generator was the limit" if limit == "generator" else "no higher rate was to be tried"
        more = f": {why}" if limit == "generator" else ""
        return f"sustains at least {_rate(rate)} within {within}: {by}{more}; {held}"
    if conclusion == "below":
        return f"below {_rate(rate)}: the first probe already failed: {probes[0].reason}"
    known = f"; so far: {_bounds(interval)}" if interval is not None else ""
    if search.verified_rate is None:
        held = f"{_rate(search.held_rate) if search.held_rate else 'no rate'} was sustained in the ramp"
    return f"inconclusive: {_ending(ended, reason, why)}; {held}{known}"


def _ending(ended: Ending, reason: str | None, why: str | None) -> str:
    return {
        "budget": "the budget ended before the limit was known well enough",
        "unverified": "what short probes sustained, longer ones did not, three times",
        "not_recovered": reason or "the target did not recover",
        "interrupted": "interrupted",
        "failed": reason or "the engine failed",
        "first_probe": f"not even the first probe could be made: {why}",
    }.get(ended, ended)


def _verified(search: Search, probes: Sequence[Probe]) -> str:
    last = probes[-1]
    return f"{_rate(search.verified_rate)} held for {last.duration_s} s"


def _bounds(interval: Interval) -> str:
    low, high = interval.low or None, interval.high if math.isfinite(interval.high) else None
    confidence = f"{100 * interval.confidence:.0f}% interval"
    if low is not None and high is not None:
        return f"{confidence} {_rate(low)} to {_rate(high)}"
    return f"at most {_rate(high)}" if low is None else f"at least {_rate(low)}"


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:,.4g}/s" if rate < 1000 else f"{rate:,.0f}/s"


def _notes(probes: Sequence[Probe], slo: Slo) -> Iterator[str]:
    """What a reader must know before trusting the verdicts."""
    if not probes:
        return
    last = probes[-1]
    for bound in slo.latencies:
        beyond = _BEYOND.get(bound.metric)
        if beyond is not None and 0 < last.requests * beyond < _MIN_BEYOND:
            yield (
                f"{bound.metric} of {last.requests:,} requests, as in the last probe, rests on the slowest "
                f"{math.ceil(last.requests * beyond)}; longer probes would make it steadier"
            )
    stuck = [p for p in probes if not p.sustained and p.recovery_s is None and p.criterion != "generator"]
    if stuck and any(p.recovery_s is not None for p in probes):
        yield f"after the probe at {_rate(stuck[-1].rate)} the median did not come back to that of the first probe"
