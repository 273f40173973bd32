"""The scenarios of a program as objects that users go through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .authorised import AuthorisedStep, Guard
from .blocks import Block, ChooseStep, GroupStep, LoopStep, RetryStep, SetStep
from .recorder import WindowClock
from .senders import USER_AGENT
from .steps import PauseStep, RequestStep, Step, Time
from .wire_template import wire_template

_FOREVER = float("inf")


class Aftertime:
    """The time of what is done outside of the load: it ends when it is cut off."""

    open_until = ends_at = _FOREVER

    async def goes_on(self) -> bool:
        """Always."""
        return True


@dataclass(slots=True)
class Scenario:
    """The steps of an iteration, and those of a user's coming and going."""

    steps: list[Step]
    before: Block | None
    after: Block | None


@dataclass(slots=True)
class Compiler:
    """Makes steps: ``wire`` when requests are sent by our own wire code; ``note`` is told what could not be done.

    ``guards`` are those of the program's auths (see ``guards_of``).
    """

    clock: WindowClock
    note: Callable[[str], None]
    wire: bool
    guards: Sequence[Guard]

    def scenarios(self, program: dict[str, Any], time: Time) -> list[Scenario]:
        """Those of a program, whose iterations are done in a load's ``time``."""
        return [
            Scenario(
                self.steps(scenario["steps"], time),
                self.block(scenario["before"], time, aside=True),
                self.block(scenario["after"], Aftertime(), aside=True),
            )
            for scenario in program["scenarios"]
        ]

    def block(self, steps: Sequence[dict[str, Any]], time: Time, *, aside: bool) -> Block | None:
        """Steps as one; None when there are none."""
        return Block(self.steps(steps, time, aside=aside), time) if steps else None

    def steps(self, steps: Sequence[dict[str, Any]], time: Time, *, aside: bool = False) -> list[Step]:
        """Each of these steps."""
        return [self._step(step, time, aside) for step in steps]

    def _step(self, step: dict[str, Any], time: Time, aside: bool) -> Step:
        kind: str = step["kind"]
        if kind == "request":
            return self._request(step, time, aside)
        if kind == "pause":
            return PauseStep(step, time)
        if kind == "set":
            return SetStep(step)
        if kind == "choose":
            return ChooseStep(
                step,
                [Block(self.steps(choice["steps"], time, aside=aside), time) for choice in step["choices"]],
            )
        block = Block(self.steps(step["steps"], time, aside=aside), time)
        if kind == "group":
            return GroupStep(step, block, self.clock)
        return LoopStep(step, block, time, self.note)

    def _request(self, step: dict[str, Any], time: Time, aside: bool) -> Step:
        guard = None if step["auth"] is None else self.guards[step["auth"]]
        # one that is redirected is made anew from the URL and the headers, and so is one that is signed
        in_full = step["redirects"] > 0 or (guard is not None and guard.proof is not None)
        template = wire_template(step, USER_AGENT) if self.wire and not in_full else None
        if guard is None:
            request = RequestStep(step, self.clock, template, aside=aside)
        else:
            request = AuthorisedStep(step, self.clock, template, guard, time, aside=aside)
        return request if step["retry"] is None else RetryStep(step, request, time)
