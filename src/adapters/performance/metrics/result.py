"""RunResult: what a run was, what it measured, and whether it held; the same whatever engine ran."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, Field, PrivateAttr

from .changes import Change
from .document import Document, ResultModel
from .recording import Recording
from .semantics import Semantics
from .summary import GroupSummary, Summary, WarmUp

Stopped = Literal["completed", "interrupted", "failed", "aborted"]
"""How a run ended: as planned, by its user's wish, because its engine broke, or by a threshold that did not hold."""


class EngineInfo(ResultModel):
    """Which engine ran, and what its figures mean."""

    name: str
    version: str | None
    semantics: Semantics
    note: str | None = None


class TimelinePoint(ResultModel):
    """One second of the run, ``t`` seconds after it began; None is not known.

    ``rps`` is per second of the part that the run covered, which matters for its last second.
    """

    t: int
    requests: int
    failures: int
    users: int | None = None
    rps: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


class CheckResult(ResultModel):
    """How often a check passed and failed."""

    name: str
    passed: int
    failed: int


class ThresholdResult(ResultModel):
    """Whether a threshold held; ``passed`` is None when it could not be evaluated, see ``reason``.

    That is no failure of one that is ``optional``. Where it had to hold in each of so many ``windows``, ``actual`` is
    the figure of the worst, and ``reason`` says when that was. ``aborted_at_s`` is when it ended the run, if it did:
    ``actual`` is the figure of that moment.
    """

    expression: str
    passed: bool | None
    actual: float | None = None
    unit: str | None = None
    reason: str | None = None
    optional: bool = False
    windows: int | None = None
    aborted_at_s: int | None = None

    @property
    def acceptable(self) -> bool:
        """Whether it is no failure of the run."""
        return bool(self.passed) or (self.passed is None and self.optional)


class ResultWarning(ResultModel):
    """Something about the run that its reader must know before trusting the figures."""

    code: str
    message: str


class RunResult(Document):
    """The result of a run, frozen and typed; also a mapping of its JSON form.

    As a mapping it has one key more than its JSON: ``results``, the summary. ``reason`` is one sentence on
    why the run was no success. ``duration_s`` is the run's, with its ``warm_up``, which other figures leave out, and
    with the ``paused_s`` for which it was paused, which rates leave out; ``changes`` are those made by hand. ``groups``
    are groups of steps by name; ``aside`` are the requests of setup, teardown and authentication, in no other figure.
    """

    also_keys = {"results": "summary"}

    schema_name: Literal["polyload.result/1"] = Field(default="polyload.result/1", alias="schema")
    success: bool
    reason: str | None = None
    stopped: Stopped
    engine: EngineInfo
    plan: dict[str, Any]
    started_at: AwareDatetime
    duration_s: float | None
    paused_s: float = 0.0
    warm_up: WarmUp | None = None
    summary: Summary
    requests: dict[str, Summary] = Field(default_factory=dict)
    groups: dict[str, GroupSummary] = Field(default_factory=dict)
    aside: dict[str, Summary] = Field(default_factory=dict)
    timeline: tuple[TimelinePoint, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    thresholds: tuple[ThresholdResult, ...] = ()
    warnings: tuple[ResultWarning, ...] = ()
    changes: tuple[Change, ...] = ()
    resources: dict[str, Any] = Field(default_factory=dict)

    _recording: Recording | None = PrivateAttr(default=None)

    @property
    def recording(self) -> Recording | None:
        """The histograms behind the figures; no part of the JSON, and None of a result that was read from it."""
        return self._recording

    def recorded(self, recording: Recording) -> RunResult:
        """The same result with the recording behind it."""
        copy = self.model_copy()
        copy._recording = recording
        return copy

    @property
    def exit_code(self) -> int:
        """0 passed · 130 interrupted · 99 a threshold failed or could not be evaluated · 1 the run failed."""
        if self.success:
            return 0
        if self.stopped == "interrupted":
            return 130
        return 1 if all(threshold.acceptable for threshold in self.thresholds) else 99
