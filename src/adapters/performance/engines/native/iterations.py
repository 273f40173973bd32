"""What a user does in an iteration: it comes, goes through the steps of a scenario, and leaves."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import Any

from ..program import runtime
from .authorised import guards_of
from .blocks import held
from .recorder import WindowClock
from .scenarios import Compiler
from .steps import RequestStep, Time
from .turns import Turns
from .user import User


class Iterations:
    """The iterations of one worker's users; ``exhausted`` is told the feed that ran out of rows.

    ``leavings`` tells whether users do anything when they leave, and ``comings`` whether they do then or when they
    come. ``stopped`` is how many users were stopped by a failure, ``skipped`` how often steps were skipped, by why.
    """

    def __init__(
        self,
        program: dict[str, Any],
        clock: WindowClock,
        time: Time,
        exhausted: Callable[[str], None],
        *,
        wire: bool,
        worker: int,
        workers: int,
        turns: Turns | None = None,
    ) -> None:
        self._clock = clock
        self._time = time
        self._exhausted = exhausted
        self.skipped: Counter[str] = Counter()
        compiler = Compiler(clock, self._note, wire, guards_of(program, clock, turns))
        self._scenarios = compiler.scenarios(program, time)
        self.choose = runtime.scenario_chooser(program)
        self._only_scenario = self._scenarios[0] if len(self._scenarios) == 1 else None
        self.leavings = any(scenario.after for scenario in self._scenarios)
        self.comings = self.leavings or any(scenario.before for scenario in self._scenarios)
        self._draw = runtime.compile_draw(program["feeds"]) if program["feeds"] else None
        self._forgets = program["options"]["cookies"] == "iteration"
        self._numbers = count(worker, workers)
        self.stopped = 0

    def _note(self, why: str) -> None:
        self.skipped[why] += 1

    @property
    def repeated(self) -> RequestStep | None:
        """The step that all iterations consist of, where it sends the same request over and over."""
        if self._only_scenario is None or self._draw or self._forgets or self.comings:
            return None
        match self._only_scenario.steps:
            case [RequestStep() as step] if step.repeatable:
                return step
        return None

    async def iterate(self, user: User, number: int | None = None) -> float:
        """One pass through a scenario; how many seconds of it went by before its first step."""
        session = user.session
        session.iteration = next(self._numbers)
        scenario = self._only_scenario
        if scenario is None or self.comings:
            number = self.choose(session) if number is None else number
            scenario = self._scenarios[number]
        if self._draw is not None and (feed := self._draw(session, session.iteration)) is not None:
            user.stopped = True
            self._exhausted(feed)
            return 0.0
        if self._forgets and user.jar is not None:
            user.jar.clear()
        coming_s = 0.0
        if self.comings and number is not None and number not in user.begun:
            coming_s = await self._come(user, number)
            if user.stopped or perf_counter() >= self._time.ends_at:
                return coming_s
        sent, steps, follows = user.sent, scenario.steps, runtime.GO_ON
        for step in steps:
            if (
                step is not steps[0]
                and perf_counter() >= self._time.open_until
                and not await held(user, self._time)
            ):
                follows = runtime.OVER
                break
            if (step.condition is None or step.condition(session)) and (follows := await step.run(user)):
                break
        if follows != runtime.OVER:
            self._clock.iterations += 1
        if follows == runtime.STOP_USER:
            self._stop_user(user)
        if user.sent == sent:  # nothing was waited for: others have their turn
            await asyncio.sleep(0)
        return coming_s

    def _stop_user(self, user: User) -> None:
        user.stopped = True
        self.stopped += 1

    async def _come(self, user: User, number: int) -> float:
        """What a user does before its first iteration of a scenario; how many seconds it took."""
        began, due = perf_counter(), user.due
        user.begun.add(number)
        user.due = None  # it is the first request of the iteration that is
        before = self._scenarios[number].before
        if before is not None and await before.run(user) == runtime.STOP_USER:
            self._stop_user(user)
        user.due = due
        return perf_counter() - began

    async def leave(self, user: User) -> None:
        """What a user does when it leaves."""
        for number in sorted(user.begun):
            if (after := self._scenarios[number].after) is not None:
                await after.run(user)
        user.begun.clear()
