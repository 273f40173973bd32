"""StressResult: what a stress test found, step by step."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from ...metrics.document import Document, ResultModel
from ...metrics.result import EngineInfo, ResultWarning, ThresholdResult
from ...metrics.summary import ErrorCount, LatencySummary

Verdict = Literal["held", "broke", "inconclusive"]
Outcome = Literal["held", "broke", "generator_limited", "inconclusive", "failed", "interrupted"]


class StressStep(ResultModel):
    """One number of users: what was measured in ``judged_s`` seconds of its step, and whether it held.

    ``failing`` says each criterion that it missed and by how much. ``gain`` is how much of the growth in throughput
    that the added users should have brought did come, against the step with ``gain_over_users``; None where nothing is
    there to hold it against. ``note`` is what else is to be known.
    """

    users: int
    verdict: Verdict
    failing: tuple[str, ...] = ()
    judged_s: float
    requests: int
    failures: int
    error_rate: float | None
    throughput_rps: float | None
    latency_ms: LatencySummary
    gain: float | None = None
    gain_over_users: int | None = None
    errors: tuple[ErrorCount, ...] = ()
    thresholds: tuple[ThresholdResult, ...] = ()
    note: str | None = None


class StressResult(Document):
    """What a stress test found. A mapping too, with the keys of its JSON.

    ``outcome``: every step ``held``; the target ``broke`` at ``break_point`` users; ``generator_limited``, so that it
    takes at least ``max_users_held`` users; ``inconclusive``, a criterion could not be evaluated; ``failed``, the
    target never worked or the run broke; ``interrupted``. ``max_users_reached`` is the most users that a judged step
    had, ``max_users_held`` the most at which every criterion held, 0 if none. ``break_point`` is None when it did not
    break. ``repeated`` is the run of its own in which the failing step had to fail again. The first ``settle_s``
    seconds of each step are in no figure. ``runs`` is in how many runs the steps were.
    """

    schema_name: Literal["polyload.stress/1"] = Field("polyload.stress/1", alias="schema")
    success: bool
    outcome: Outcome
    reason: str
    max_users_reached: int
    max_users_held: int
    break_point: int | None
    failing: tuple[str, ...] = ()
    steps: tuple[StressStep, ...]
    repeated: StressStep | None = None
    planned_users: tuple[int, ...]
    step_duration_s: float
    settle_s: float
    criteria: tuple[str, ...]
    runs: int
    engine: EngineInfo | None
    plan: dict[str, Any]
    started_at: AwareDatetime
    duration_s: float
    warnings: tuple[ResultWarning, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 an answer was found, a break point too · 1 the test failed · 99 inconclusive · 130 interrupted."""
        return {"failed": 1, "inconclusive": 99, "interrupted": 130}.get(self.outcome, 0)
