"""The result of a comparison, and a run held against its baseline: the same words, figures and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...metrics.result import RunResult
from ...reports.cases import Case, Outcome, Suite
from ...reports.facts import Headline, Tone
from ...reports.grid import Column, Row, Table
from ...reports.overview import Against, Overview
from ...workflows.comparison.compare import compare_results
from ...workflows.comparison.result import ComparisonResult, GateResult, PairComparison
from ..comparing import legend, metric_cells, remarks, shift_cells
from ..comparing import print_comparison as show

__all__ = ["against_baseline", "overview", "show", "suites"]

_BASELINE, _THIS = "baseline", "this run"
TONES: dict[str, Tone] = {"better": "good", "worse": "bad", "mixed": "warn", "not comparable": "bad"}
_GATES: dict[bool | None, tuple[str, Tone]] = {
    True: ("held", "good"),
    False: ("FAILED", "bad"),
    None: ("open", "warn"),
}


def against_baseline(result: RunResult, baseline: Sequence[RunResult]) -> Against:
    """A run held against results of earlier ones, repeats of one plan."""
    compared = compare_results(baseline, [result], names=(_BASELINE, _THIS))
    (pair,) = compared.pairs
    earlier = "1 run" if len(baseline) == 1 else f"{len(baseline)} runs"
    return _against(pair, compared, f"Against the baseline ({earlier})")


def overview(result: ComparisonResult) -> Overview:
    """The gates, then each configuration against the first."""
    return Overview(
        headline=_headline(result),
        subject=", ".join(f"{name}: {_runs(runs)}" for name, runs in result.runs.items()),
        tables=(_gates(result.gates),) if result.gates else (),
        against=tuple(_against(pair, result, f"{pair.b} against {pair.a}") for pair in result.pairs),
    )


def _headline(result: ComparisonResult) -> Headline:
    if not result.pairs:
        return Headline("NO VERDICT", "bad", result.reason or "nothing was compared")
    words = {pair.verdict for pair in result.pairs}
    word = words.pop().upper() if len(words) == 1 else "COMPARED"
    tone = TONES.get(word.lower(), "plain")
    if result.passed:
        return Headline(word, tone, "; ".join(pair.sentence for pair in result.pairs))
    return Headline(word if word == "NOT COMPARABLE" else "FAILED", "bad", result.reason or "")


def _against(pair: PairComparison, result: ComparisonResult, title: str) -> Against:
    columns = (
        Column("metric", is_text=True),
        *map(Column, (pair.a, pair.b, "change", "interval")),
        Column("verdict", is_text=True),
    )
    rows = tuple(
        Row(metric_cells(metric), TONES.get(metric.verdict or "", "plain")) for metric in pair.metrics
    )
    return Against(
        title=title,
        word=pair.verdict,
        tone=TONES.get(pair.verdict, "plain"),
        sentence=pair.sentence,
        table=Table("What changed", columns, rows),
        notes=tuple(_notes(pair, result)),
    )


def _notes(pair: PairComparison, result: ComparisonResult) -> Iterator[str]:
    yield from (f"not comparable: {reason}" for reason in pair.reasons)
    yield from (f"differs: {difference}" for difference in pair.differs)
    yield from (f"note: {note}" for note in pair.notes)
    if pair.metrics:
        yield from remarks(pair)
        yield legend(result, pair)


def _gates(gates: Sequence[GateResult]) -> Table:
    columns = [Column(title, is_text=True) for title in ("", "gate", "of")]
    columns += [Column("change"), Column("interval"), Column("", is_text=True)]
    rows = []
    for gate in gates:
        word, tone = _GATES[gate.passed]
        cells = (word, gate.gate, gate.configuration, *shift_cells(gate.shift), gate.reason or "")
        rows.append(Row(cells, tone))
    return Table("Gates", tuple(columns), tuple(rows))


def suites(result: ComparisonResult) -> list[Suite]:
    """The comparison, each pair and each gate; a change that no gate forbids is no failure."""
    outcome: Outcome = {0: "passed", 99: "failed"}.get(result.exit_code, "error")  # type: ignore[assignment]
    cases = (
        Case("comparison", "the comparison", outcome, _headline(result).sentence),
        *(
            Case(
                "pair", f"{pair.b} against {pair.a}", "passed" if pair.comparable else "error", pair.sentence
            )
            for pair in result.pairs
        ),
        *(_gate(gate, open_fails=result.open_gates_fail) for gate in result.gates),
    )
    properties = {
        "schema": result.schema_name,
        "margin": result.margin,
        "error_margin": result.error_margin,
        "confidence": result.confidence,
        **{f"runs.{name}": len(runs) for name, runs in result.runs.items()},
    }
    return [Suite(" against ".join(reversed(list(result.runs))), cases, properties=properties)]


def _gate(gate: GateResult, *, open_fails: bool) -> Case:
    word, _ = _GATES[gate.passed]
    change = "" if gate.shift is None else ", ".join(shift_cells(gate.shift))
    why = "; ".join(filter(None, (change, gate.reason)))
    left_open: Outcome = "error" if open_fails else "skipped"
    outcome: Outcome = left_open if gate.passed is None else "passed" if gate.passed else "failed"
    return Case("gate", f"{gate.configuration}: {gate.gate}", outcome, f"{word}: {why}")


def _runs(runs: Sequence[RunResult]) -> str:
    return "1 run" if len(runs) == 1 else f"{len(runs)} runs"
