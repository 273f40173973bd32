"""What a probe showed: whether its rate was sustained, and if not, by which criterion and why.

A failure is named by the first of these that applies:

- *errors*: an objective on errors or checks does not hold, or no request was answered;
- *latency*: an objective on response times does not hold; these count from when requests were due;
- *plateau*: under 95 % of what was offered was achieved, or the step from the probe before brought under a tenth of it;
- *queue*: the median rises from second to second, so fast that the objective breaks before a verification would end.

It is the *generator*'s where the engine warned that it was itself the limit, where only its own lateness broke the
objective, and where arrivals were dropped for want of users although requests were fast enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Literal

from ...metrics.result import RunResult, ThresholdResult
from ...metrics.summary import summarize
from ...metrics.window import RequestStats, Window, merge_checks, merge_requests
from ...plan.thresholds import LATENCY_METRICS, Threshold
from .slo import Slo, figure, hold, holds, times

Criterion = Literal["latency", "errors", "plateau", "queue", "generator"]

ACHIEVED_SHARE = 0.95
GAIN_SHARE = 0.1
DROPPED_SHARE = 0.01
_FEW = 3  # iterations that may be missing for no other reason than where a second is cut
_RISING = 0.6
_SATURATED = "GeneratorSaturated"
_LIMITED = (_SATURATED, "GeneratorBusy")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a probe was to be: its rate, and the whole seconds of the run that are measured, from ``first_s`` on.

    ``horizon_s``: for so long the objective must be expected to hold. ``before``: the rate, and what was achieved of
    it, of the step of the ramp below, if there is one.
    """

    rate: float
    first_s: int
    end_s: int
    horizon_s: float
    poisson: bool = False
    before: tuple[float, float] | None = None

    @property
    def length_s(self) -> int:
        """How many seconds are measured."""
        return self.end_s - self.first_s


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a rate was sustained; if not, by which criterion, and why in words."""

    sustained: bool
    criterion: Criterion | None = None
    reason: str | None = None


def halves_agree(windows: Sequence[Window], first_s: int, end_s: int, slo: Slo) -> bool:
    """Whether both halves of these seconds hold the objective, or both break it."""
    middle_s = (first_s + end_s) / 2
    held = [
        _all_hold([window for window in windows if low <= window.start_s < high], slo)
        for low, high in ((first_s, middle_s), (middle_s, end_s))
    ]
    return held[0] == held[1]


def _all_hold(windows: Sequence[Window], slo: Slo) -> bool:
    by_name: dict[str, RequestStats] = {}
    checks: dict[str, tuple[int, int]] = {}
    for window in windows:
        merge_requests(by_name, window.requests)
        merge_checks(checks, window.checks)
    total = RequestStats()
    for stats in by_name.values():
        total.merge(stats)
    figures = {name: summarize(stats, None) for name, stats in by_name.items()}
    held = hold(slo, summarize(total, None), figures, checks)
    return all(objective.passed is not False for objective in held)


def achieved_rate(result: RunResult, stretch: Stretch) -> float | None:
    """Iterations finished per second of the stretch; None where they are not known."""
    summary = result.summary
    if not summary.requests or not summary.iterations:
        return None
    inside = sum(point.requests for point in result.timeline if stretch.first_s <= point.t < stretch.end_s)
    return inside * summary.iterations / summary.requests / stretch.length_s


def judge_probe(result: RunResult, stretch: Stretch, slo: Slo) -> Finding:
    """Whether a run sustained its rate."""
    target = list(_targets_failures(result, stretch, slo))
    mine = _generators_failure(result, slo, failed=bool(target))
    if mine is not None:
        return Finding(False, "generator", mine)
    if not target:
        return Finding(True)
    return Finding(False, target[0][0], "; ".join(reason for _, reason in target))


def objectives(result: RunResult, slo: Slo) -> tuple[ThresholdResult, ...]:
    """Each objective with what was measured of it."""
    return hold(slo, result.summary, result.requests, _checks(result))


def _targets_failures(result: RunResult, stretch: Stretch, slo: Slo) -> Iterator[tuple[Criterion, str]]:
    if not result.summary.requests:
        yield "errors", "not one request was answered"
        return
    broken = [objective for objective in objectives(result, slo) if not objective.passed]
    metrics = {objective.expression: objective.metric for objective in slo.objectives}
    for objective in broken:
        if metrics[objective.expression] not in LATENCY_METRICS:
            first = result.summary.errors[:1]
            why = f" ({first[0].message or first[0].kind})" if first else ""
            yield "errors", f"{_told(objective)}{why}"
    for objective in broken:
        if metrics[objective.expression] in LATENCY_METRICS:
            yield "latency", _told(objective)
    if reason := _plateau(result, stretch):
        yield "plateau", reason
    if not broken and (reason := _growth(result, stretch, slo)):
        yield "queue", reason


def _plateau(result: RunResult, stretch: Stretch) -> str | None:
    achieved = achieved_rate(result, stretch)
    if achieved is None:
        return None
    offered = stretch.rate * stretch.length_s
    slack = max((1 - ACHIEVED_SHARE) * offered, _FEW, 3 * math.sqrt(offered) if stretch.poisson else 0)
    quickest_s = (times(result.summary)["min"] or 0) / 1000
    slack += stretch.rate * max(0.0, quickest_s - stretch.first_s)  # what no warm-up had the time to start
    if offered - achieved * stretch.length_s > slack:
        return f"{achieved:.4g} of {stretch.rate:.4g} iterations/s were achieved"
    if stretch.before is not None and stretch.rate > stretch.before[0]:
        step, gain = stretch.rate - stretch.before[0], achieved - stretch.before[1]
        if gain < GAIN_SHARE * step and (step - gain) * stretch.length_s > slack:
            return f"{step:.4g}/s more were offered than before, and {max(gain, 0):.3g}/s more achieved"
    return None


def _growth(result: RunResult, stretch: Stretch, slo: Slo) -> str | None:
    """How a queue shows that breaks no objective yet: by Theil and Sen's slope, where Kendall's tau is high."""
    medians = [
        (point.t, point.p50_ms)
        for point in result.timeline
        if stretch.first_s <= point.t < stretch.end_s and point.p50_ms is not None
    ]
    if len(medians) < 3:
        return None
    slopes = [(later - sooner) / (end - start) for (start, sooner), (end, later) in combinations(medians, 2)]
    tau = sum(math.copysign(1, slope) if slope else 0 for slope in slopes) / len(slopes)
    slope, left_s = median(slopes), stretch.horizon_s - stretch.length_s
    if tau < _RISING or slope <= 0 or left_s <= 0:
        return None
    for bound in slo.latencies:
        now = figure(bound, result.summary, result.requests, {})
        if now is not None and not holds(bound, now + slope * left_s):
            return (
                f"the median rises by {slope:.3g} ms each second: "
                f"'{bound.expression}' would break within {left_s:.0f} s"
            )
    if not slo.latencies and medians[-1][1] > 2 * medians[0][1]:
        return f"the median rises by {slope:.3g} ms each second, and has doubled"
    return None


def _generators_failure(result: RunResult, slo: Slo, *, failed: bool) -> str | None:
    """Why the generator, not the target, was the limit, if so."""
    for warning in result.warnings:
        if warning.code == _SATURATED or (failed and warning.code in _LIMITED):
            return warning.message
    late = [bound.expression for bound in slo.latencies if _only_late(bound, result)]
    if late:
        return f"'{late[0]}' holds from when requests were sent, and not from when they were due"
    summary = result.summary
    dropped, iterations = summary.dropped or 0, summary.iterations or 0
    slow = any(not objective.passed for objective in objectives(result, slo))
    if dropped > DROPPED_SHARE * (dropped + iterations) and not slow:
        return f"{dropped:,} arrivals found all users busy, though requests were fast enough; raise max_users"
    return None


def _only_late(bound: Threshold, result: RunResult) -> bool:
    due = figure(bound, result.summary, result.requests, {})
    sent = figure(bound, result.summary, result.requests, {}, sent=True)
    return due is not None and sent is not None and holds(bound, sent) and not holds(bound, due)


def _checks(result: RunResult) -> dict[str, tuple[int, int]]:
    return {check.name: (check.passed, check.failed) for check in result.checks}


def _told(objective: ThresholdResult) -> str:
    if objective.actual is None:
        return f"'{objective.expression}' was not measured"
    shown = (
        f"{100 * objective.actual:.3g}%"
        if objective.unit is None
        else f"{objective.actual:.4g} {objective.unit}"
    )
    return f"'{objective.expression}' was {shown}"
