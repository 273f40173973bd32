"""The result of a stress test."""

from __future__ import annotations

from collections.abc import Iterator

from ...reports.cases import Case, Outcome, Suite
from ...reports.facts import Headline
from ...reports.overview import Overview
from ...reports.words import plan_in_words
from ...workflows.stress.result import StressResult, StressStep
from ..show_stress import WORDS, facts, notes, show, steps_table

__all__ = ["overview", "show", "suites"]

_OUTCOMES: dict[str, Outcome] = {"failed": "failed", "inconclusive": "error", "interrupted": "error"}


def overview(result: StressResult) -> Overview:
    """The answer, the steps, and what they were judged by."""
    word, tone = WORDS[result.outcome]
    return Overview(
        headline=Headline(word, tone, result.reason),
        subject=plan_in_words(result.plan),
        tables=(steps_table(result),) if result.steps else (),
        warnings=tuple(notes(result)),
        about=tuple(facts(result)),
    )


def suites(result: StressResult) -> list[Suite]:
    """The test and each of its steps; a step that broke where an answer was found is that answer, and no failure."""
    cases = (
        Case(
            "stress",
            "the stress test",
            _OUTCOMES.get(result.outcome, "passed"),
            result.reason,
            time_s=result.duration_s,
        ),
        *_steps(result),
    )
    properties = {
        "schema": result.schema_name,
        "outcome": result.outcome,
        "max_users_held": result.max_users_held,
        "max_users_reached": result.max_users_reached,
        **({} if result.break_point is None else {"break_point": result.break_point}),
    }
    return [Suite(plan_in_words(result.plan), cases, result.duration_s, result.started_at, properties)]


def _steps(result: StressResult) -> Iterator[Case]:
    repeated = [] if result.repeated is None else [result.repeated]
    for step in [*result.steps, *repeated]:
        name = f"{step.users} users" + (", repeated" if step is result.repeated else "")
        yield Case("step", name, _outcome(step, result), _told(step), time_s=step.judged_s)


def _outcome(step: StressStep, result: StressResult) -> Outcome:
    if step.verdict == "held" or result.success:
        return "passed"
    return "failed" if step.verdict == "broke" else "error"


def _told(step: StressStep) -> str:
    return f"{step.verdict}: {'; '.join(step.failing)}" if step.failing else step.verdict
