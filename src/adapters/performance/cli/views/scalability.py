"""The result of a measurement of scalability."""

from __future__ import annotations

from ...reports import figures
from ...reports.cases import Case, Outcome, Suite
from ...reports.facts import Fact, Headline
from ...reports.overview import Overview
from ...reports.text import printable
from ...reports.words import plan_in_words
from ...workflows.scalability import Level, ScalabilityResult
from ..show_scalability import facts, levels_table, sentence, verdict
from ..show_scalability import print_scalability as show

__all__ = ["overview", "show", "suites"]


def overview(result: ScalabilityResult) -> Overview:
    """The law or why there is none, what it is doubted for, and every level it rests on."""
    word, tone = verdict(result)
    doubts = result.law.doubts if result.law else ()
    return Overview(
        headline=Headline(word, tone, sentence(result)),
        subject=plan_in_words(result.plan),
        tables=(levels_table(result),) if result.levels else (),
        warnings=tuple(Fact("doubt", printable(doubt), "warn") for doubt in doubts),
        about=tuple(facts(result)),
    )


def suites(result: ScalabilityResult) -> list[Suite]:
    """The measurement and each of its levels; a level that is left out of the fit is skipped."""
    outcome: Outcome = "passed" if result.exit_code == 0 else "error"
    cases = (
        Case("scalability", "the measurement", outcome, sentence(result), time_s=result.duration_s),
        *map(_level, result.levels),
    )
    properties = {"schema": result.schema_name, "levels": len(result.levels)}
    return [Suite(plan_in_words(result.plan), cases, result.duration_s, result.started_at, properties)]


def _level(level: Level) -> Case:
    told = level.left_out or f"{figures.rate(level.throughput)}, mean {figures.latency(level.mean_ms)}"
    return Case("level", f"{level.users} users", "skipped" if level.left_out else "passed", told)
