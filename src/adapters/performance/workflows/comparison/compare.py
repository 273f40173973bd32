"""Results held against each other: comparable or not, then each figure, then the gates. Nothing is run here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ...errors import UsageError
from ...metrics.result import RunResult
from ...stats import Interval, reachable_confidence, simultaneous_confidence
from .gates import Gate
from .judging import ALPHA, CONFIDENCE, as_shift, evidence
from .pairs import Draft, judge_all
from .result import ComparisonResult, GateResult, PairComparison
from .rules import ERROR_MARGIN, MARGIN, Rules
from .schedule import repeats_needed

Runs = Sequence[RunResult]


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
    drafts = [Draft(first, runs[first], name, runs[name], rules) for name in others]
    judge_all(drafts, rules)
    pairs = tuple(draft.pair() for draft in drafts)
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


def _gate_results(draft: Draft, rules: Rules, pairs: int) -> Iterator[GateResult]:
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


def _not_evaluable(draft: Draft, gate: Gate, count: int) -> str | None:
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
