"""The result of a search for capacity."""

from __future__ import annotations

from ...reports import figures
from ...reports.cases import Case, Outcome, Suite
from ...reports.facts import Fact, Headline, Tone
from ...reports.grid import Column, Row, Table
from ...reports.overview import Overview
from ...reports.words import plan_in_words
from ...workflows.capacity.result import CapacityResult, Probe
from ..searching import HEADLINES, facts, outcome_text, probe_figures
from ..searching import print_capacity as show

__all__ = ["overview", "show", "suites"]

_TITLES = ("#", "rate", "achieved", "p50", "p95", "p99", "errors", "for")
_TONES: dict[str, Tone] = {"found": "good", "below": "bad"}


def overview(result: CapacityResult) -> Overview:
    """The capacity with its interval, and every probe it rests on."""
    word, _ = HEADLINES[result.conclusion]
    tone = _TONES.get(result.conclusion, "warn")
    return Overview(
        headline=Headline(word, tone, result.sentence.removeprefix("inconclusive: ")),
        subject=plan_in_words(result.plan),
        tables=(_probes(result),) if result.probes else (),
        about=tuple(Fact(label, text) for label, text in facts(result)),
    )


def _probes(result: CapacityResult) -> Table:
    columns = (*map(Column, _TITLES), Column("outcome", is_text=True))
    rows = [
        Row((*probe_figures(probe), outcome_text(probe)), "plain" if probe.sustained else "bad")
        for probe in result.probes
    ]
    return Table("Probes", columns, tuple(rows))


def suites(result: CapacityResult) -> list[Suite]:
    """The search and each of its probes; one that failed where an answer was found is part of it, and no failure."""
    outcome: Outcome = {0: "passed", 99: "failed"}.get(result.exit_code, "error")  # type: ignore[assignment]
    cases = (
        Case("capacity", "the search", outcome, result.sentence, time_s=result.duration_s),
        *(_probe(probe, found=outcome == "passed") for probe in result.probes),
    )
    properties = {
        "schema": result.schema_name,
        "conclusion": result.conclusion,
        "slo": ", ".join(result.slo),
        "rate": result.rate,
        "verified_rate": result.verified_rate,
    }
    known = {key: value for key, value in properties.items() if value is not None}
    return [Suite(plan_in_words(result.plan), cases, result.duration_s, result.started_at, known)]


def _probe(probe: Probe, *, found: bool) -> Case:
    outcome: Outcome = "passed" if probe.sustained or found else "failed"
    name = f"probe {probe.number}: {figures.rate(probe.rate)}"
    return Case("probe", name, outcome, outcome_text(probe), time_s=probe.duration_s)
