"""The objective that a rate must hold: thresholds in the grammar of plans, such as ``p99 < 50ms``."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...errors import UsageError
from ...metrics.result import ThresholdResult
from ...metrics.summary import Summary
from ...plan.thresholds import LATENCY_METRICS, Threshold, parse_threshold

Source = Literal["given", "plan", "default"]
Counts = Mapping[str, tuple[int, int]]

DEFAULT_LATENCY = (
    "p99 < 1s"  # the limit for a user's flow of thought to stay uninterrupted (Nielsen 1993, ch. 5)
)
DEFAULT_ERRORS = "error_rate < 1%"
_UPPER = {"<": operator.lt, "<=": operator.le}
_LOWER = {">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Slo:
    """What must hold, and where it was said."""

    objectives: tuple[Threshold, ...]
    source: Source

    @property
    def expressions(self) -> tuple[str, ...]:
        """As they were written."""
        return tuple(objective.expression for objective in self.objectives)

    @property
    def latencies(self) -> tuple[Threshold, ...]:
        """Those on latencies."""
        return tuple(objective for objective in self.objectives if objective.metric in LATENCY_METRICS)


def read_slo(given: str | Sequence[str], planned: Sequence[str] = ()) -> Slo:
    """The objective given, else the plan's thresholds, else the default: p99 under a second, under 1 % errors.

    Fast failures are no capacity: where nothing bounds errors, under 1 % of them is asked for too. UsageError for what
    is no threshold, and for one that a search cannot be held to.
    """
    texts = [given] if isinstance(given, str) else list(given)
    source: Source = "given" if texts else "plan" if planned else "default"
    texts = texts or list(planned) or [DEFAULT_LATENCY]
    objectives = [_objective(text) for text in texts]
    if not any(objective.metric == "error_rate" and objective.request is None for objective in objectives):
        objectives.append(_objective(DEFAULT_ERRORS))
    return Slo(tuple(objectives), source)


def hold(
    slo: Slo, total: Summary, by_name: Mapping[str, Summary], checks: Counts
) -> tuple[ThresholdResult, ...]:
    """Each objective held against figures; ``passed`` is None when there is no such figure."""
    return tuple(_hold(objective, total, by_name, checks) for objective in slo.objectives)


def times(summary: Summary, *, sent: bool = False) -> Mapping[str, float | None]:
    """Response times from when requests were due, where they are known, or (``sent``) from when they were sent."""
    chosen = summary.latency_ms if sent or summary.response_ms is None else summary.response_ms
    return chosen.model_dump()


def figure(
    objective: Threshold,
    total: Summary,
    by_name: Mapping[str, Summary],
    checks: Counts,
    *,
    sent: bool = False,
) -> float | None:
    """What was measured of an objective's metric; None if nothing was."""
    if objective.metric == "checks":
        return _share_of_checks(objective.request, checks)
    summary = total if objective.request is None else by_name.get(objective.request)
    if summary is None or not summary.requests:
        return None
    return (
        summary.error_rate
        if objective.metric == "error_rate"
        else times(summary, sent=sent)[objective.metric]
    )


def holds(objective: Threshold, value: float) -> bool:
    """Whether a figure meets an objective."""
    return bool((_UPPER | _LOWER)[objective.op](value, objective.value))


def _objective(text: str) -> Threshold:
    try:
        objective = parse_threshold(text)
    except ValueError as error:
        raise UsageError(str(error)) from error
    beside = {"for": objective.window_s, "abort": objective.abort, "optional": objective.optional}
    if said := [word for word, given in beside.items() if given]:
        raise UsageError(
            f"{text!r}: {said[0]!r} makes no sense in the objective of a search for capacity",
            hint="each probe is held to the objective as a whole, and ends by itself",
        )
    lower = objective.metric == "checks"
    known = lower or objective.metric == "error_rate" or objective.metric in LATENCY_METRICS
    if not known or objective.op not in (_LOWER if lower else _UPPER):
        raise UsageError(
            f"{text!r} cannot be the objective of a search for capacity",
            hint="what can: an upper bound on a latency or on error_rate, such as 'p99 < 50ms' or 'error_rate < 1%', "
            "and a lower bound on checks",
        )
    return objective


def _hold(
    objective: Threshold, total: Summary, by_name: Mapping[str, Summary], checks: Counts
) -> ThresholdResult:
    actual = figure(objective, total, by_name, checks)
    return ThresholdResult(
        expression=objective.expression,
        passed=None if actual is None else holds(objective, actual),
        actual=actual,
        unit=objective.unit or None,
        reason=None if actual is not None else f"{objective.metric} was not measured",
    )


def _share_of_checks(request: str | None, checks: Counts) -> float | None:
    counts = [count for name, count in checks.items() if request is None or name.startswith(f"{request}: ")]
    total = sum(passed + failed for passed, failed in counts)
    return sum(passed for passed, _ in counts) / total if total else None
