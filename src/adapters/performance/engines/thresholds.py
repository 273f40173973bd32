"""The thresholds of a plan during its run: watched where they may end it, and held against what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..metrics.build import loaded_s
from ..metrics.collector import MetricsCollector
from ..metrics.measuring import times_by_request
from ..metrics.result import ThresholdResult
from ..metrics.verdict import evaluate, measured_spans
from ..metrics.watch import Breach, Watch
from ..plan.load import IterationLoad
from ..plan.model import Plan
from ..plan.thresholds import parse_threshold
from .contract import EngineReport, Refusal, RunContext


class Thresholds:
    """From before the collection of a run's figures begins to its end; a breach stops the run by way of its context."""

    def __init__(self, plan: Plan, collector: MetricsCollector, ctx: RunContext) -> None:
        self._parsed = [parse_threshold(text) for text in plan.thresholds]
        self._collector = collector
        self._ctx = ctx
        self._breach: Breach | None = None
        self._warm_up_s = int(getattr(plan.load, "warm_up", 0))
        self._load_s = None if isinstance(plan.load, IterationLoad) else plan.load.duration_s
        by_window = [threshold for threshold in self._parsed if threshold.window_s is not None]
        if by_window:
            collector.keep_seconds(times_by_request(by_window))
        self._watch = Watch(
            self._parsed,
            self._abort,
            warm_up_s=self._warm_up_s,
            load_s=self._load_s,
            changes=lambda: ctx.steering.changes,
        )
        if any(threshold.abort for threshold in self._parsed):
            collector.add_listener(self._watch.take)

    def _abort(self, breach: Breach) -> None:
        if not self._ctx.stop.is_set():  # else it was ended already
            self._breach = breach
            self._ctx.stop.set()

    def said_of(self, report: EngineReport) -> EngineReport:
        """How the run ended, once it has: one that a threshold stopped was aborted."""
        self._watch.close()
        if self._breach is None or report.stopped != "interrupted":
            return report
        return replace(report, stopped="aborted", reason=None)

    def results(self, report: EngineReport, left_out: Sequence[Refusal] = ()) -> list[ThresholdResult]:
        """Each threshold held against the whole run; windows cannot be told where the engine left them out."""
        self._watch.close()
        changes = self._ctx.steering.changes
        spans = measured_spans(report.duration_s, self._load_s, self._warm_up_s, changes)
        duration_s = loaded_s(self._collector, report.duration_s, changes)
        found = evaluate(self._parsed, self._collector, duration_s, spans=spans, breach=self._breach)
        why = next((refusal.why for refusal in left_out if refusal.feature == "threshold.window"), None)
        if why is None:
            return found
        return [
            result if threshold.window_s is None else _left_out(result, why)
            for threshold, result in zip(self._parsed, found, strict=True)
        ]

    def judged_errors(self, results: Sequence[ThresholdResult]) -> bool:
        """Whether a threshold said how many failures were allowed, and could be evaluated."""
        return any(
            threshold.on_errors and result.passed is not None
            for threshold, result in zip(self._parsed, results, strict=True)
        )


def _left_out(result: ThresholdResult, why: str) -> ThresholdResult:
    return result.model_copy(update={"passed": None, "actual": None, "windows": None, "reason": why})
