"""Results held against each other: comparable or not, then each figure, then the gates. Nothing is run here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import UsageError
from ...metrics.result import RunResult
from ...stats import Interval, holm, reachable_confidence, simultaneous_confidence
from . import words
from .comparable import (
    check_allowed,
    engine_differences,
    latency_defined_differently,
    notes,
    plan_differences,
    refusals,
    seen_twice,
    unusable,
)
from .figures import DEFAULT_METRICS, Metric, unfit
from .gates import Gate, parse_gate
from .judging import (
    ALPHA,
    CONFIDENCE,
    FEW_RUNS,
    Evidence,
    Margins,
    as_shift,
    basis_of,
    described,
    evidence,
    not_judged,
    quantile_shifts,
    verdict_on,
)
from .result import ComparisonResult, GateResult, MetricComparison, PairComparison
from .schedule import repeats_needed
from .within import compare_within

MARGIN = 0.05
"""The share of a time or a throughput that counts as no change."""
ERROR_MARGIN = 0.001
"""The difference of error rates that counts as no change."""

Runs = Sequence[RunResult]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a comparison decides; UsageError for what contradicts itself."""

    margins: Margins
    gates: tuple[Gate, ...] = ()
    allow: frozenset[str] = frozenset()
    open_gates_fail: bool = False

    @classmethod
    def of(
        cls,
        gates: Sequence[str] = (),
        *,
        margin: float = MARGIN,
        error_margin: float = ERROR_MARGIN,
        allow: Collection[str] = (),
        fail_on_inconclusive: bool = False,
    ) -> Rules:
        """The rules that a caller asks for."""
        for name, value in (("margin", margin), ("error_margin", error_margin)):
            if not 0 < value < 1:
                raise UsageError(f"{name} is a share between 0 and 1, not {value}", hint="0.05 is 5 %")
        parsed = tuple(parse_gate(text) for text in gates)
        if fail_on_inconclusive and not parsed:
            raise UsageError(
                "fail_on_inconclusive is about gates, and there is none",
                hint="give a gate, such as 'p95 < +5%'",
            )
        texts = [gate.text for gate in parsed]
        if len(set(texts)) < len(texts):
            raise UsageError("a gate is given twice", hint="give each once")
        return cls(Margins(margin, error_margin), parsed, check_allowed(allow), fail_on_inconclusive)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is compared: the usual figures, and those that gates name beside them."""
        return tuple(dict.fromkeys((*DEFAULT_METRICS, *(gate.metric for gate in self.gates))))


def compare_results(
    a: Runs,
    b: Runs,
    *,
    gates: Sequence[str] = (),
    margin: float = MARGIN,
    error_margin: float = ERROR_MARGIN,
    allow: Collection[str] = (),
    fail_on_inconclusive: bool = False,
    names: tuple[str, str] = ("a", "b"),
) -> ComparisonResult:
    """Results ``b`` held against results ``a``; five a side or more for a verdict.

    Each side is repeats of one plan. ``margin`` is the share that counts as no change, ``error_margin`` the difference
    of error rates. ``allow`` names what may differ beside target and engine: rate, users, duration, requests, options,
    latency (its definition). ``gates`` such as 'p95 < +5%' decide on ``passed``. UsageError for empty sides, unknown
    gates and options that contradict each other; what cannot be compared is a result that says so.
    """
    if names[0] == names[1]:
        raise UsageError(f"both sides are called {names[0]!r}")
    rules = Rules.of(
        gates,
        margin=margin,
        error_margin=error_margin,
        allow=allow,
        fail_on_inconclusive=fail_on_inconclusive,
    )
    return compare_all({names[0]: a, names[1]: b}, rules)


def compare_all(runs: Mapping[str, Runs], rules: Rules) -> ComparisonResult:
    """The results of several configurations, each held against the first's; Holm's correction is over all figures."""
    names = list(runs)
    if len(names) < 2:
        raise UsageError("a comparison needs two sides", hint="give the results of each")
    for name in names:
        if not runs[name]:
            raise UsageError(f"{name} has no result to compare", hint="give at least one for each side")
    first, *others = names
    drafts = [_Draft(first, runs[first], name, runs[name], rules) for name in others]
    _judge_all(drafts, rules)
    pairs = tuple(draft.pair(rules) for draft in drafts)
    gates = tuple(result for draft in drafts for result in _gate_results(draft, rules, len(others)))
    reason = _reason(pairs, gates, rules)
    return ComparisonResult(
        passed=reason is None,
        reason=reason,
        pairs=pairs,
        gates=gates,
        open_gates_fail=rules.open_gates_fail,
        margin=rules.margins.share,
        error_margin=rules.margins.errors,
        confidence=CONFIDENCE,
        runs={name: tuple(found) for name, found in runs.items()},
    )


class _Draft:
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

    def pair(self, rules: Rules) -> PairComparison:
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


def _judge_all(drafts: Sequence[_Draft], rules: Rules) -> None:
    """Fills in every figure of every pair; the verdicts are corrected for how many there are."""
    found: list[tuple[_Draft, Evidence]] = []
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


def _at_once(draft: _Draft, metric: Metric, comparisons: int) -> Interval | None:
    """The change at the confidence that so many of them have together; None where the runs do not reach it."""
    confidence = simultaneous_confidence(CONFIDENCE, comparisons)
    if confidence > reachable_confidence(len(draft.runs_a), len(draft.runs_b)):
        return None
    return evidence(metric, draft.runs_a, draft.runs_b, confidence).change


def _gate_results(draft: _Draft, rules: Rules, pairs: int) -> Iterator[GateResult]:
    """Each gate on a pair; the intervals of all gates hold together."""
    count = len(rules.gates) * pairs
    for gate in rules.gates:
        why = _not_evaluable(draft, gate, count)
        if why is not None:
            yield GateResult(gate=gate.text, configuration=draft.b, passed=None, reason=why)
            continue
        confidence = simultaneous_confidence(CONFIDENCE, count)
        change = evidence(gate.metric, draft.runs_a, draft.runs_b, confidence).change
        shift = as_shift(gate.metric, change)
        passed = gate.holds(Interval(shift.estimate, shift.low, shift.high, shift.confidence))
        reason = None if passed is not None else "the limit lies within the interval"
        yield GateResult(gate=gate.text, configuration=draft.b, passed=passed, shift=shift, reason=reason)


def _not_evaluable(draft: _Draft, gate: Gate, count: int) -> str | None:
    if draft.reasons:
        return "not comparable"
    metric = draft.metrics[gate.metric]
    if metric.verdict is None:
        return metric.reason
    if simultaneous_confidence(CONFIDENCE, count) > reachable_confidence(
        len(draft.runs_a), len(draft.runs_b)
    ):
        return f"{count} gates at once need {repeats_needed(count, ALPHA)} runs a side"
    return None


def _reason(pairs: Sequence[PairComparison], gates: Sequence[GateResult], rules: Rules) -> str | None:
    """Why the comparison as a whole is not passed."""
    apart = next((pair for pair in pairs if not pair.comparable), None)
    if apart is not None:
        return f"{apart.b} cannot be compared with {apart.a}: {apart.reasons[0]}"
    for gate in gates:
        if gate.passed is False:
            return f"gate '{gate.gate}' failed for {gate.configuration}"
        if gate.passed is None and rules.open_gates_fail:
            return f"gate '{gate.gate}' is open for {gate.configuration}: {gate.reason}"
    return None
