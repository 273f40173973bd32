"""The stress test: climb until a step fails, let it fail again in a run of its own, and say what that means."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ...errors import UsageError
from ...metrics.result import ResultWarning, RunResult
from ...plan.masking import public_dict
from ...plan.model import Plan
from .climb import Climb, OnStep, Start, climb
from .judging import Judge, criteria_of
from .ladder import Ladder
from .outcome import Ended, conclude
from .result import StressResult, StressStep


async def run_stress(
    plan: Plan,
    ladder: Ladder,
    start: Start,
    *,
    in_one_run: bool,
    plateau: bool = True,
    on_step: OnStep | None = None,
    stop: asyncio.Event | None = None,
) -> StressResult:
    """Raises users step by step by way of ``start``, which runs a plan, until a step fails or all held.

    The plan's load is replaced by the steps: ``in_one_run``, or each in a run of its own. A step that failed is
    repeated in a run of its own: one that then holds failed by chance, and the climb goes on; the repeat's warnings
    tell whether the generator was the limit. ``on_step`` is called with each step when it is judged, repeats too.
    Setting ``stop`` ends the test between its runs; a run under way is ended by whoever has it from ``start``.
    """
    if plan.options.timeline == "counts":
        raise UsageError(
            "a stress test judges each step by its times, and the plan has timeline: counts",
            hint="leave out options.timeline",
        )
    began, started_at = time.perf_counter(), datetime.now(UTC)
    course = Course(plan, start, Judge(criteria_of(plan.thresholds), plateau), in_one_run, on_step, stop)
    left: Ladder | None = ladder
    while left is not None and course.ended is None:
        left = await course.climb(left)
    return StressResult(
        **conclude(course.steps, course.repeated, course.repeat, course.ended),
        steps=tuple(course.steps),
        repeated=course.repeated,
        planned_users=ladder.users,
        step_duration_s=ladder.step_s,
        settle_s=ladder.settle_s,
        criteria=course.judge.criteria,
        runs=len(course.climbs),
        engine=course.climbs[-1].result.engine,
        plan={name: value for name, value in public_dict(plan).items() if name not in ("load", "thresholds")},
        started_at=started_at,
        duration_s=time.perf_counter() - began,
        warnings=course.warnings,
    )


@dataclass(slots=True)
class Course:
    """A stress test under way: ``steps`` are those judged, in order.

    ``repeated`` is the last of them when it failed again, in the run ``repeat``.
    """

    plan: Plan
    start: Start
    judge: Judge
    in_one_run: bool
    on_step: OnStep | None
    stop: asyncio.Event | None
    steps: list[StressStep] = field(default_factory=list)
    climbs: list[Climb] = field(default_factory=list)
    repeated: StressStep | None = None
    repeat: RunResult | None = None
    ended: Ended | None = None

    async def climb(self, left: Ladder) -> Ladder | None:
        """Climbs one run further; the steps that are left then, None when the test is over."""
        part = left if self.in_one_run else left.only(0)
        done = await self._run(part, self.steps)
        self.steps += done.steps
        judged = len(done.steps)
        verdict = done.steps[-1].verdict if done.steps else None
        if verdict == "inconclusive" or (
            verdict == "broke" and not await self._holds_now(left.only(judged - 1))
        ):
            return None
        if verdict != "broke" and judged < len(part.users):
            self.ended = Ended.by_run(done.result)
            return None
        if judged == len(left.users):
            return None
        return None if await self._stopped_within(0) else left.after(judged - 1)

    async def _holds_now(self, step: Ladder) -> bool:
        """Whether the step that failed holds when it is repeated; the repeat then takes its place."""
        if await self._stopped_within(step.settle_s):  # in which the target may calm down
            return False
        again = await self._run(step, self.steps[:-1])
        if not again.steps:
            self.ended = Ended.by_run(again.result)
            return False
        (repeated,) = again.steps
        if repeated.verdict != "held":
            self.repeated, self.repeat = repeated, again.result
            return False
        note = (
            f"failed once ({'; '.join(self.steps[-1].failing)}), and held when repeated in a run of its own"
        )
        self.steps[-1] = repeated.model_copy(update={"note": note})
        return True

    async def _stopped_within(self, pause_s: float) -> bool:
        """Whether the test is told to stop by the end of a pause between two runs."""
        if self.stop is None:
            await asyncio.sleep(pause_s)
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), pause_s)
        if self.stop.is_set():
            self.ended = Ended("interrupted", "the test was interrupted between two runs")
        return self.stop.is_set()

    async def _run(self, part: Ladder, earlier: Sequence[StressStep]) -> Climb:
        done = await climb(self.plan, part, self.start, self.judge, earlier, self.on_step)
        self.climbs.append(done)
        return done

    @property
    def warnings(self) -> tuple[ResultWarning, ...]:
        """The warnings of all runs, each once; not of what the test itself cut off when a step failed."""
        found = {
            (warning.code, warning.message): warning
            for done in self.climbs
            for warning in done.result.warnings
            if not (done.stopped_here and warning.code == "Interrupted")
        }
        return tuple(found.values())
