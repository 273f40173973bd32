"""Steps made of steps: one after the other, over and over, one of several, and timed as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from ..program import runtime
from .recorder import WindowClock
from .steps import RequestStep, Step, Time, wait
from .user import User


class Block:
    """Steps one after the other; that the first may start is known to whoever runs them."""

    def __init__(self, steps: Sequence[Step], time: Time) -> None:
        self._steps = steps
        self._time = time

    async def run(self, user: User) -> int:
        """Does them until one says that more than the next step follows."""
        first, time = self._steps[0], self._time
        for step in self._steps:
            if step is not first and perf_counter() >= time.open_until and not await held(user, time):
                return runtime.OVER
            if (step.condition is None or step.condition(user.session)) and (follows := await step.run(user)):
                return follows
        return runtime.GO_ON


async def held(user: User, time: Time) -> bool:
    """Waits while the load stands still, of which the user keeps account; whether it goes on."""
    began = perf_counter()
    goes_on = await time.goes_on()
    user.held_s += perf_counter() - began
    return goes_on


class LoopStep:
    """Steps that are done over and over; ``note`` is told why there is no telling how often.

    A round in which no request is sent lets others have their turn.
    """

    def __init__(
        self,
        step: dict[str, Any],
        block: Block,
        time: Time,
        note: Callable[[str], None],
    ) -> None:
        self.condition = runtime.compile_conditions(step)
        self._block = block
        self._time = time
        self._rounds = runtime.compile_rounds(step)
        self._note = note

    async def run(self, user: User) -> int:
        """Does them until there are no more rounds, or the load is over."""
        rounds, time = self._rounds(user.session), self._time
        if isinstance(rounds, str):
            self._note(rounds)
            return runtime.GO_ON
        first = True
        for _ in rounds:
            if not first and perf_counter() >= time.open_until and not await held(user, time):
                return runtime.OVER
            first, sent = False, user.sent
            if follows := await self._block.run(user):
                return follows
            if user.sent == sent:
                await asyncio.sleep(0)
        return runtime.GO_ON


class ChooseStep:
    """One of several lists of steps."""

    def __init__(self, step: dict[str, Any], blocks: Sequence[Block]) -> None:
        self.condition = runtime.compile_conditions(step)
        self._choice = runtime.compile_choice(step)
        self._blocks = blocks

    async def run(self, user: User) -> int:
        """Does the steps that are drawn."""
        return await self._blocks[self._choice(user.session)].run(user)


class SetStep:
    """Variables that get values."""

    def __init__(self, step: dict[str, Any]) -> None:
        self.condition = runtime.compile_conditions(step)
        self._give = runtime.compile_set(step)

    async def run(self, user: User) -> int:
        """Gives them."""
        self._give(user.session)
        return runtime.GO_ON


class GroupStep:
    """Steps whose time is taken as a whole; not where the end of the load cuts them off, or nothing was sent."""

    def __init__(self, step: dict[str, Any], block: Block, clock: WindowClock) -> None:
        self.condition = runtime.compile_conditions(step)
        self._name: str = step["name"]
        self._with_pauses: bool = step["pauses"]
        self._block = block
        self._clock = clock

    async def run(self, user: User) -> int:
        """Does them, and tells how long they took."""
        sent, failures, cut_short = user.sent, user.failures, user.cut_short
        thought_s, held_s, began = user.thought_s, user.held_s, perf_counter()
        follows = await self._block.run(user)
        cut_off = follows == runtime.OVER or (self._with_pauses and user.cut_short > cut_short)
        if user.sent > sent and not cut_off:
            ended = perf_counter()
            waited_s = user.held_s - held_s + (0.0 if self._with_pauses else user.thought_s - thought_s)
            self._clock.group_ended(
                self._name, ended, ended - began - waited_s, failed=user.failures > failures
            )
        return follows


class RetryStep:
    """A request that is sent again, after a while, as long as it fails and the load goes on."""

    def __init__(self, step: dict[str, Any], request: RequestStep, time: Time) -> None:
        self.condition = request.condition
        self._request = request
        self._time = time
        self._again = runtime.compile_retry(step["retry"])
        self._waits_s: list[float] = step["retry"]["waits_s"]

    async def run(self, user: User) -> int:
        """Sends it, and again; only what the last attempt came to has consequences."""
        failures, time = user.failures, self._time
        follows = await self._request.run(user)
        for wait_s in self._waits_s:
            kind = user.failure[1] if user.failures > failures and user.failure else None
            if not self._again(kind, user.status):
                break
            thought_s = user.thought_s
            await wait(user, wait_s, time)
            user.thought_s = thought_s  # a user that waits for a server does not think
            if perf_counter() >= time.open_until and not await held(user, time):
                return runtime.OVER
            user.failures = failures
            follows = await self._request.run(user)
        return follows
