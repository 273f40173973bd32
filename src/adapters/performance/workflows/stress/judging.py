"""Judging a step: its figures from the windows of a run, held against the criteria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import UsageError
from ...metrics.build import summarize_run
from ...metrics.collector import MetricsCollector
from ...metrics.measuring import times_by_request
from ...metrics.result import RunResult, ThresholdResult
from ...metrics.summary import Summary
from ...metrics.verdict import evaluate
from ...metrics.window import Window
from ...plan.thresholds import is_share, parse_threshold
from .result import StressStep

DEFAULT_ON_ERRORS = "error_rate <= 5%"
PLATEAU_GAIN = 0.1
FEWER_USERS = 0.8
"""Throughput is held against the last step with at most so large a share of the users: over a small step, growth would
be lost in noise."""


def criteria_of(thresholds: Sequence[str]) -> tuple[str, ...]:
    """What each step must hold: the thresholds, and one on errors of all requests unless they have it.

    UsageError for one that is to end the run: what ends a stress test is a step that fails.
    """
    known = [parse_threshold(text) for text in thresholds]
    for threshold in known:
        if threshold.abort:
            raise UsageError(
                f"{threshold.expression!r}: 'abort' makes no sense in a stress test",
                hint="leave it out: the first step that fails ends the test",
            )
    on_all = any(threshold.on_errors and threshold.request is None for threshold in known)
    return tuple(thresholds) if on_all else (*thresholds, DEFAULT_ON_ERRORS)


@dataclass(frozen=True, slots=True)
class Judge:
    """Holds steps against ``criteria``, and with ``plateau`` against the throughput of earlier ones."""

    criteria: tuple[str, ...]
    plateau: bool

    def of_windows(
        self, users: int, windows: Sequence[Window], seconds: range, earlier: Sequence[StressStep]
    ) -> StressStep:
        """The step as these windows of its judged seconds tell of it."""
        collector = MetricsCollector()
        criteria = [parse_threshold(text) for text in self.criteria]
        collector.keep_seconds(times_by_request(item for item in criteria if item.window_s is not None))
        for window in windows:
            collector.add_window(window)
        judged_s = float(len(seconds))
        thresholds = evaluate(criteria, collector, judged_s, spans=[seconds])
        return self._step(users, summarize_run(collector, judged_s), thresholds, judged_s, earlier)

    def of_result(self, users: int, result: RunResult, earlier: Sequence[StressStep]) -> StressStep:
        """The step as the totals of its run tell of it, where the engine tells nothing by the second."""
        step = self._step(users, result.summary, result.thresholds, result.duration_s or 0.0, earlier)
        note = f"{result.engine.name} tells no times by the second: settling is in these figures"
        return step.model_copy(update={"note": note})

    def _step(
        self,
        users: int,
        summary: Summary,
        thresholds: Sequence[ThresholdResult],
        judged_s: float,
        earlier: Sequence[StressStep],
    ) -> StressStep:
        base = _base(users, earlier)
        gain = _gain(users, summary.throughput_rps, base)
        failing = tuple(self._failing(users, summary, thresholds, gain, base))
        unknown = any(threshold.passed is None and not threshold.optional for threshold in thresholds)
        return StressStep(
            users=users,
            verdict="broke" if failing else "inconclusive" if unknown else "held",
            failing=failing,
            judged_s=judged_s,
            requests=summary.requests,
            failures=summary.failures,
            error_rate=summary.error_rate,
            throughput_rps=summary.throughput_rps,
            latency_ms=summary.latency_ms,
            gain=gain,
            gain_over_users=None if gain is None or base is None else base.users,
            errors=summary.errors,
            thresholds=tuple(thresholds),
        )

    def _failing(
        self,
        users: int,
        summary: Summary,
        thresholds: Sequence[ThresholdResult],
        gain: float | None,
        base: StressStep | None,
    ) -> Iterator[str]:
        if not summary.requests:
            yield "not one request ended in this step"
            return
        for threshold in thresholds:
            if threshold.passed is False:
                yield f"{threshold.expression}: it was {_shown(threshold)}{_why(threshold, summary)}"
        if self.plateau and gain is not None and base is not None and gain < PLATEAU_GAIN:
            yield (
                f"throughput no longer grows: {_rate(summary.throughput_rps)} with {users} users, "
                f"{_rate(base.throughput_rps)} with {base.users}"
            )


def _base(users: int, earlier: Sequence[StressStep]) -> StressStep | None:
    """The last step with clearly fewer users, to hold throughput against."""
    fewer = [step for step in earlier if step.users <= FEWER_USERS * users and step.throughput_rps]
    return fewer[-1] if fewer else None


def _gain(users: int, rate: float | None, base: StressStep | None) -> float | None:
    """The growth in throughput as a share of what it would be if each user brought as much as before."""
    if base is None or rate is None or not base.throughput_rps:
        return None
    expected = base.throughput_rps * (users - base.users) / base.users
    return (rate - base.throughput_rps) / expected


def _shown(threshold: ThresholdResult) -> str:
    if threshold.actual is None:
        return "not measured"
    if is_share(threshold.expression):
        return f"{100 * threshold.actual:.4g}%"
    return f"{threshold.actual:.4g}{threshold.unit or ''}"


def _why(threshold: ThresholdResult, summary: Summary) -> str:
    if not parse_threshold(threshold.expression).on_errors or not summary.errors:
        return ""
    first = summary.errors[0]
    return (
        f", most of it {first.kind} ({first.message})" if len(summary.errors) > 1 else f" ({first.message})"
    )


def _rate(per_second: float | None) -> str:
    if per_second is None:
        return "an unknown rate"
    return f"{per_second:,.0f}/s" if per_second >= 100 else f"{per_second:.3g}/s"


def check_windows(criteria: Sequence[str], judged_s: int) -> None:
    """UsageError for a criterion whose window is longer than what is judged of a step, in seconds."""
    for threshold in map(parse_threshold, criteria):
        if threshold.window_s is not None and threshold.window_s > judged_s:
            raise UsageError(
                f"{threshold.expression!r}: a window of {threshold.window_s} s does not fit into the {judged_s} s that "
                "are judged of each step",
                hint="give longer steps, or a shorter window",
            )
