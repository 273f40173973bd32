"""Pairs of configurations while they are judged: all their figures at once, as the correction is over all of them."""

from __future__ import annotations

from collections.abc import Sequence

from ...metrics.result import RunResult
from ...stats import Interval, holm, reachable_confidence, simultaneous_confidence
from . import words
from .comparable import (
    engine_differences,
    latency_defined_differently,
    notes,
    plan_differences,
    refusals,
    seen_twice,
    unusable,
)
from .figures import Metric, unfit
from .judging import (
    ALPHA,
    CONFIDENCE,
    FEW_RUNS,
    Evidence,
    basis_of,
    described,
    evidence,
    not_judged,
    quantile_shifts,
    verdict_on,
)
from .result import MetricComparison, PairComparison
from .rules import Rules
from .schedule import repeats_needed
from .within import compare_within

Runs = Sequence[RunResult]


class Draft:
    """A pair while it is being judged."""

    def __init__(self, a: str, runs_a: Runs, b: str, runs_b: Runs, rules: Rules) -> None:
        self.a, self.runs_a, self.b, self.runs_b = a, runs_a, b, runs_b
        differences = [
            *plan_differences(runs_a[0].plan, runs_b[0].plan),
            *engine_differences(runs_a[0], runs_b[0]),
        ]
        self.differs = tuple(map(str, differences))
        self.reasons = (
            *refusals(differences, rules.allow),
            *unusable(a, runs_a),
            *unusable(b, runs_b),
            *seen_twice([*runs_a, *runs_b]),
        )
        self.basis = basis_of(runs_a, runs_b)
        self._defined_differently = (
            None if "latency" in rules.allow else latency_defined_differently(runs_a[0], runs_b[0])
        )
        self.metrics: dict[Metric, MetricComparison] = {}
        self.more_notes: tuple[str, ...] = ()

    def objection(self, metric: Metric, margin: float) -> str | None:
        """Why a figure is not judged."""
        if metric.is_time and self._defined_differently:
            return self._defined_differently
        return unfit(metric, ((self.a, self.runs_a), (self.b, self.runs_b)), margin)

    def without_verdict(self, metric: Metric) -> MetricComparison:
        """A figure of too few runs for a verdict."""
        if self.basis == "within-run":
            return compare_within(metric, self.runs_a[0], self.runs_b[0])
        if self.single:
            return not_judged(metric, self.runs_a, self.runs_b, FEW_RUNS)
        return described(evidence(metric, self.runs_a, self.runs_b), FEW_RUNS)

    @property
    def single(self) -> bool:
        """Whether a side has one run only, of which no change between runs is known."""
        return min(len(self.runs_a), len(self.runs_b)) == 1

    def pair(self) -> PairComparison:
        """The pair as it stands in the result."""
        metrics = tuple(self.metrics.values())
        verdict = "not comparable" if self.reasons else words.overall(metrics)
        shifted = not self.reasons and not self.single and not self._defined_differently
        return PairComparison(
            a=self.a,
            b=self.b,
            comparable=not self.reasons,
            verdict=verdict,
            sentence=words.sentence(self.a, self.b, verdict, metrics, self.reasons),
            basis=None if self.reasons else self.basis,
            reasons=self.reasons,
            differs=self.differs,
            notes=()
            if self.reasons
            else (*notes(self.a, self.runs_a, self.b, self.runs_b), *self.more_notes),
            metrics=metrics,
            quantiles=tuple(quantile_shifts(self.runs_a, self.runs_b)) if shifted else (),
        )


def judge_all(drafts: Sequence[Draft], rules: Rules) -> None:
    """Fills in every figure of every pair; the verdicts are corrected for how many there are."""
    found: list[tuple[Draft, Evidence]] = []
    for draft in drafts:
        if draft.reasons:
            continue
        for metric in rules.metrics:
            objection = draft.objection(metric, rules.margins.share)
            if objection is not None:
                draft.metrics[metric] = not_judged(metric, draft.runs_a, draft.runs_b, objection)
            elif draft.basis != "runs":
                draft.metrics[metric] = draft.without_verdict(metric)
            else:
                found.append((draft, evidence(metric, draft.runs_a, draft.runs_b)))
                draft.metrics[metric] = described(found[-1][1])  # keeps the order of the metrics
    adjusted = holm([item.p for _, item in found])
    for (draft, item), p_adjusted in zip(found, adjusted, strict=True):
        strict = _at_once(draft, item.metric, len(found))
        draft.metrics[item.metric] = verdict_on(item, p_adjusted, rules.margins, strict)
        if strict is None:
            needed = repeats_needed(len(found), ALPHA)
            draft.more_notes = (
                f"{len(found)} figures are judged at once: to find a change in any takes {needed} runs a side",
            )


def _at_once(draft: Draft, metric: Metric, comparisons: int) -> Interval | None:
    """The change at the confidence that so many of them have together; None where the runs do not reach it."""
    confidence = simultaneous_confidence(CONFIDENCE, comparisons)
    if confidence > reachable_confidence(len(draft.runs_a), len(draft.runs_b)):
        return None
    return evidence(metric, draft.runs_a, draft.runs_b, confidence).change
