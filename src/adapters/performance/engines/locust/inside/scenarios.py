"""The scenarios of a program as objects that users go through, and the time they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import gevent
from gevent.event import Event

from .authorised import AuthorisedStep, Guard
from .blocks import Block, ChooseStep, GroupStep, LoopStep, RetryStep, SetStep
from .recorder import Recorder
from .steps import PauseStep, RequestStep, Step, Time


class LoadTime:
    """The time of a load: ``ending`` is set when it is over."""

    def __init__(self) -> None:
        self.ends_at = inf
        self.ending = Event()

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond the end."""
        self.ending.wait(seconds)


class Aftertime:
    """The time of what is done outside of the load: it ends when it is cut off."""

    ends_at = inf

    def wait(self, seconds: float) -> None:
        """Waits."""
        gevent.sleep(seconds)


@dataclass(slots=True)
class Scenario:
    """The steps of an iteration, and those of a user's coming and going."""

    steps: Block
    before: Block | None
    after: Block | None


@dataclass(slots=True)
class Compiler:
    """Makes steps; ``note`` is told what could not be done, ``guards`` are those of the program's auths."""

    recorder: Recorder
    note: Callable[[str], None]
    guards: Sequence[Guard]

    def scenarios(self, program: dict[str, Any], time: Time) -> list[Scenario]:
        """Those of a program, whose iterations are done in a load's ``time``."""
        return [
            Scenario(
                Block(self._steps(scenario["steps"], time, aside=False), time),
                self.aside(scenario["before"], time),
                self.aside(scenario["after"], Aftertime()),
            )
            for scenario in program["scenarios"]
        ]

    def aside(self, steps: Sequence[dict[str, Any]], time: Time) -> Block | None:
        """Steps that are measured aside; None when there are none."""
        return Block(self._steps(steps, time, aside=True), time) if steps else None

    def _steps(self, steps: Sequence[dict[str, Any]], time: Time, *, aside: bool) -> list[Step]:
        return [self._step(step, time, aside) for step in steps]

    def _step(self, step: dict[str, Any], time: Time, aside: bool) -> Step:
        kind: str = step["kind"]
        if kind == "request":
            request = self._request(step, time, aside)
            return request if step["retry"] is None else RetryStep(step, request, time)
        if kind == "pause":
            return PauseStep(step, time)
        if kind == "set":
            return SetStep(step)
        if kind == "choose":
            choices = (self._steps(choice["steps"], time, aside=aside) for choice in step["choices"])
            return ChooseStep(step, [Block(steps, time) for steps in choices])
        block = Block(self._steps(step["steps"], time, aside=aside), time)
        if kind == "group":
            return GroupStep(step, block, self.recorder)
        return LoopStep(step, block, time, self.note)

    def _request(self, step: dict[str, Any], time: Time, aside: bool) -> RequestStep:
        if step["auth"] is None:
            return RequestStep(step, self.recorder, aside=aside)
        return AuthorisedStep(step, self.recorder, self.guards[step["auth"]], time, aside=aside)
