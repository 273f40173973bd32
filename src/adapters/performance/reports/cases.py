"""A result as test cases, for whatever counts those: pipelines read them as JUnit, or as annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ..metrics.result import CheckResult, RunResult, ThresholdResult
from . import figures
from .facts import headline
from .tables import actual
from .words import plan_in_words

Outcome = Literal["passed", "failed", "error", "skipped"]
"""``error``: what could not be decided, or broke; ``failed``: what was decided, against it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that had to hold: its ``group``, what it is, and in ``message`` why it did not, or how it went."""

    group: str
    name: str
    outcome: Outcome
    message: str = ""
    detail: str = ""
    """More of it, in lines."""
    time_s: float | None = None

    @property
    def is_bad(self) -> bool:
        """Whether it speaks against the result."""
        return self.outcome in ("failed", "error")


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of a result, and its figures as ``properties``."""

    name: str
    cases: Sequence[Case]
    time_s: float | None = None
    started_at: datetime | None = None
    properties: Mapping[str, object] = field(default_factory=dict)


def suite_of_run(result: RunResult, name: str | None = None) -> Suite:
    """A run, its thresholds and its checks as cases; they never contradict the verdict on the run."""
    return Suite(
        name=name or plan_in_words(result.plan),
        cases=(
            _run(result),
            *(threshold_case(item) for item in result.thresholds),
            *(_check(item, passed=result.success) for item in result.checks),
        ),
        time_s=result.duration_s,
        started_at=result.started_at,
        properties={key: value for key, value in _properties(result) if value is not None},
    )


def _run(result: RunResult) -> Case:
    verdict = headline(result)
    broke: Outcome = "failed" if result.stopped == "completed" else "error"
    outcome: Outcome = "passed" if result.success else broke
    return Case("run", "the run", outcome, verdict.sentence, time_s=result.duration_s)


def threshold_case(item: ThresholdResult) -> Case:
    """A threshold: failed with the actual figure, an error when it could not be evaluated, skipped if optional."""
    if item.passed is None:
        optional = getattr(item, "optional", False)
        why = f"not evaluable: {item.reason or 'no reason was given'}"
        return Case("threshold", item.expression, "skipped" if optional else "error", why)
    why = f"; {item.reason}" if item.reason else ""
    return Case(
        "threshold", item.expression, "passed" if item.passed else "failed", f"actual {actual(item)}{why}"
    )


def _check(item: CheckResult, *, passed: bool) -> Case:
    """A check: one that failed in a run which passed was allowed to, by the thresholds."""
    total = item.passed + item.failed
    told = f"{figures.count(item.failed)} of {figures.count(total)} failed"
    if item.failed and passed:
        return Case("check", item.name, "passed", f"{told}, as the thresholds allow")
    return Case("check", item.name, "failed" if item.failed else "passed", told)


def _properties(result: RunResult) -> Iterator[tuple[str, object]]:
    summary = result.summary
    yield "schema", result.schema_name
    yield "engine", result.engine.name
    yield "engine_version", result.engine.version
    yield "latency_is", result.engine.semantics.latency
    yield "stopped", result.stopped
    yield "duration_s", result.duration_s
    for name in (
        "requests",
        "failures",
        "error_rate",
        "throughput_rps",
        "iterations",
        "dropped",
        "interrupted",
    ):
        yield name, getattr(summary, name)
    for name, value in summary.latency_ms.model_dump().items():
        yield f"latency_{name}_ms", value
    for warning in result.warnings:
        yield f"warning.{warning.code}", warning.message
