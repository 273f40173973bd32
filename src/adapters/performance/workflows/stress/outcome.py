"""What the steps of a stress test add up to: one answer, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...engines import kinds
from ...engines.native.saturation import FULL_PERCENT
from ...metrics.result import RunResult
from .result import Outcome, StressStep

LIMITED = ("GeneratorSaturated", "GeneratorBusy")
"""The warnings which say that the generator was the limit, so that nothing follows for the target."""

_BY_TARGET = frozenset(
    {
        kinds.REFUSED,
        kinds.RESET,
        kinds.CLOSED,
        kinds.TRUNCATED,
        kinds.PROTOCOL,
        kinds.SURPLUS,
        kinds.TOO_LARGE,
        kinds.DECODE,
        kinds.REDIRECTS,
        kinds.STATUS,
        kinds.CHECK,
        kinds.EXTRACT,
    }
)
"""Failures that a busy generator does not cause."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended a test before its time, and not because a step failed."""

    outcome: Literal["interrupted", "failed"]
    reason: str

    @classmethod
    def by_run(cls, result: RunResult) -> Ended:
        """A run that was over before all its steps were judged."""
        reason = result.reason or "the run was over before all steps were judged"
        return cls("interrupted" if result.stopped == "interrupted" else "failed", reason)


def conclude(
    steps: Sequence[StressStep],
    repeated: StressStep | None,
    repeat: RunResult | None,
    ended: Ended | None,
) -> dict[str, Any]:
    """The fields of a result that are its answer.

    ``repeated`` is the step that failed twice, in the run ``repeat``; ``ended`` what ended the test before its time.
    """
    held = max((step.users for step in steps if step.verdict == "held"), default=0)
    outcome: Outcome
    if ended is not None:
        so_far = f"; until then it held {_users(held)}" if held else ""
        outcome, reason = ended.outcome, f"{ended.reason}{so_far}"
    elif steps[-1].verdict == "inconclusive":
        outcome, reason = "inconclusive", _inconclusive(steps[-1])
    elif repeated is not None and repeat is not None:
        outcome, reason = _broke(steps, repeated, repeat, held)
    else:
        outcome, reason = "held", f"every step held, up to {_users(held)}"
    return {
        "success": outcome in ("held", "broke", "generator_limited"),
        "outcome": outcome,
        "reason": reason,
        "max_users_reached": max((step.users for step in steps), default=0),
        "max_users_held": held,
        "break_point": steps[-1].users if outcome == "broke" else None,
        "failing": steps[-1].failing if steps else (),
    }


def _broke(
    steps: Sequence[StressStep], repeated: StressStep, repeat: RunResult, held: int
) -> tuple[Outcome, str]:
    broken = steps[-1]
    limits = [warning.message for warning in repeat.warnings if warning.code in LIMITED]
    if repeated.verdict == "inconclusive":
        return "inconclusive", f"{_failed(broken)}, and when that was repeated: {_inconclusive(repeated)}"
    if limits and not _by_target(repeated):
        at_least = f"it takes at least {_users(held)}" if held else "how many users it takes is not known"
        return (
            "generator_limited",
            f"{at_least}: with {broken.users} the limit was the generator: {limits[0]}",
        )
    if len(steps) == 1 and _nothing_worked(broken) and _nothing_worked(repeated):
        return (
            "failed",
            f"the target never worked: {_failed(broken)}, the first step, and again when repeated",
        )
    parts = [f"it broke at {_users(broken.users)}: {broken.failing[0]}"]
    if _nothing_worked(repeated):
        parts.append("when that was repeated, it did not work at all")
    parts.append(
        f"the most it held is {_users(held)}" if held else "this is the first step, it may break below"
    )
    if not _by_target(repeated):
        parts += _doubts(repeat)
    return "broke", "; ".join(parts)


def _doubts(repeat: RunResult) -> Iterator[str]:
    """Why the limit may have been on the generator's side, though no warning says so."""
    busy = repeat.resources.get("machine_cpu_percent")
    if "health" not in repeat.resources:
        yield f"{repeat.engine.name} does not tell whether it was the limit itself"
    elif busy is not None and busy >= FULL_PERCENT:
        yield f"the machine of the generator was {busy:.0f}% busy, so the limit may have been here"


def _inconclusive(step: StressStep) -> str:
    unknown = [f"{item.expression}: {item.reason}" for item in step.thresholds if item.passed is None]
    return f"with {_users(step.users)} a criterion could not be evaluated: {'; '.join(unknown)}"


def _failed(step: StressStep) -> str:
    return f"with {_users(step.users)} {'; '.join(step.failing)}"


def _nothing_worked(step: StressStep) -> bool:
    return step.failures == step.requests


def _by_target(step: StressStep) -> bool:
    """Whether most failures are the target's own, and there are enough of them to fail a criterion."""
    by_target = sum(error.count for error in step.errors if error.kind in _BY_TARGET)
    return bool(step.failures) and by_target * 2 >= step.failures and _on_errors(step)


def _on_errors(step: StressStep) -> bool:
    return any(
        threshold.passed is False
        and ("error_rate" in threshold.expression or "failures" in threshold.expression)
        for threshold in step.thresholds
    )


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"
