"""Climbing the steps in one run: each is judged once its seconds are complete, and the first that fails ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from ...metrics.result import RunResult
from ...metrics.window import Window
from ...plan.model import Plan
from ..handle import RunHandle
from .judging import Judge
from .ladder import Ladder
from .result import StressStep

Start = Callable[[Plan], AbstractAsyncContextManager[RunHandle]]
OnStep = Callable[[StressStep], object]


@dataclass(frozen=True, slots=True)
class Climb:
    """The steps of one run that were judged, and the run's result; ``stopped_here`` when a step ended it early."""

    steps: tuple[StressStep, ...]
    result: RunResult
    stopped_here: bool


async def climb(
    plan: Plan,
    ladder: Ladder,
    start: Start,
    judge: Judge,
    earlier: Sequence[StressStep],
    on_step: OnStep | None = None,
) -> Climb:
    """Runs the plan's scenarios with the users of a ladder; ``earlier`` are the steps before its first.

    ``on_step`` is called with each step when it is judged.
    """
    watch = _Watch(ladder, judge, earlier, on_step)
    stopped = False
    load = plan.model_copy(update={"load": ladder.load(), "thresholds": judge.criteria})
    async with start(load) as run:
        async for window in run:
            if not stopped:
                watch.add(window)
                if watch.failed:
                    stopped = True
                    run.stop()
        result = await run
    if not stopped:
        watch.end(result)
    return Climb(tuple(watch.steps), result, stopped)


class _Watch:
    """Windows gathered by step, and the steps that they have told of."""

    def __init__(
        self, ladder: Ladder, judge: Judge, earlier: Sequence[StressStep], on_step: OnStep | None
    ) -> None:
        self._ladder = ladder
        self._judge = judge
        self._earlier = earlier
        self._on_step = on_step
        self._windows: list[Window] = []
        self.steps: list[StressStep] = []

    @property
    def failed(self) -> bool:
        """Whether the last step that was judged did not hold."""
        return bool(self.steps) and self.steps[-1].verdict != "held"

    @property
    def over(self) -> bool:
        """Whether nothing is left to judge."""
        return self.failed or len(self.steps) == len(self._ladder.users)

    def add(self, window: Window) -> None:
        """Takes a second that is complete."""
        if self.over:
            return
        seconds = self._ladder.seconds(len(self.steps))
        if window.start_s in seconds:
            self._windows.append(window)
        if window.start_s >= seconds[-1]:
            self._judge_next(seconds)
            if window.start_s > seconds[-1]:
                self.add(window)

    def end(self, result: RunResult) -> None:
        """Takes the end of the run: a last step whose seconds all passed is judged, with what is known of it."""
        if self.over or result.stopped != "completed" or result.duration_s is None:
            return
        if len(self._ladder.users) == 1 and result.summary.requests and not result.timeline:
            self._judged(self._judge.of_result(self._ladder.users[0], result, self._earlier))
            return
        while not self.over:
            self._judge_next(self._ladder.seconds(len(self.steps)))

    def _judge_next(self, seconds: range) -> None:
        users = self._ladder.users[len(self.steps)]
        earlier = [*self._earlier, *self.steps]
        self._judged(self._judge.of_windows(users, self._windows, seconds, earlier))
        self._windows = []

    def _judged(self, step: StressStep) -> None:
        self.steps.append(step)
        if self._on_step is not None:
            self._on_step(step)
