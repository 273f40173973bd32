"""Steps made of steps: one after the other, over and over, one of several, and timed as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import gevent

from ...program import runtime
from .recorder import Recorder
from .steps import RequestStep, Step, Time

if TYPE_CHECKING:
    from .people import Person


class Block:
    """Steps one after the other; that the first may start is known to whoever runs them."""

    def __init__(self, steps: Sequence[Step], time: Time) -> None:
        self._steps = steps
        self._time = time

    def run(self, person: Person) -> int:
        """Does them until one says that more than the next step follows."""
        first, time = self._steps[0], self._time
        for step in self._steps:
            if step is not first and perf_counter() >= time.ends_at:
                return runtime.OVER
            if (step.condition is None or step.condition(person.session)) and (follows := step.run(person)):
                return follows
        return runtime.GO_ON


class LoopStep:
    """Steps that are done over and over; ``note`` is told why there is no telling how often.

    A round in which no request is sent lets others have their turn.
    """

    def __init__(self, step: dict[str, Any], block: Block, time: Time, note: Callable[[str], None]) -> None:
        self.condition = runtime.compile_conditions(step)
        self._block = block
        self._time = time
        self._rounds = runtime.compile_rounds(step)
        self._note = note

    def run(self, person: Person) -> int:
        """Does them until there are no more rounds, or the load is over."""
        rounds = self._rounds(person.session)
        if isinstance(rounds, str):
            self._note(rounds)
            return runtime.GO_ON
        first = True
        for _ in rounds:
            if not first and perf_counter() >= self._time.ends_at:
                return runtime.OVER
            first, sent = False, person.sent
            if follows := self._block.run(person):
                return follows
            if person.sent == sent:
                gevent.sleep(0)
        return runtime.GO_ON


class ChooseStep:
    """One of several lists of steps."""

    def __init__(self, step: dict[str, Any], blocks: Sequence[Block]) -> None:
        self.condition = runtime.compile_conditions(step)
        self._choice = runtime.compile_choice(step)
        self._blocks = blocks

    def run(self, person: Person) -> int:
        """Does the steps that are drawn."""
        return self._blocks[self._choice(person.session)].run(person)


class SetStep:
    """Variables that get values."""

    def __init__(self, step: dict[str, Any]) -> None:
        self.condition = runtime.compile_conditions(step)
        self._give = runtime.compile_set(step)

    def run(self, person: Person) -> int:
        """Gives them."""
        self._give(person.session)
        return runtime.GO_ON


class GroupStep:
    """Steps whose time is taken as a whole; not where the end of the load cuts them off, or nothing was sent."""

    def __init__(self, step: dict[str, Any], block: Block, recorder: Recorder) -> None:
        self.condition = runtime.compile_conditions(step)
        self._number = recorder.group(step["name"])
        self._with_pauses: bool = step["pauses"]
        self._block = block
        self._recorder = recorder

    def run(self, person: Person) -> int:
        """Does them, and tells how long they took."""
        sent, failures, cut_short = person.sent, person.failures, person.cut_short
        thought_s, began = person.thought_s, perf_counter()
        follows = self._block.run(person)
        cut_off = follows == runtime.OVER or (self._with_pauses and person.cut_short > cut_short)
        if person.sent > sent and not cut_off:
            ended = perf_counter()
            waited_s = 0.0 if self._with_pauses else person.thought_s - thought_s
            took_s = ended - began - waited_s
            self._recorder.group_ended(self._number, ended, took_s, failed=person.failures > failures)
        return follows


class RetryStep:
    """A request that is sent again, after a while, as long as it fails and the load goes on."""

    def __init__(self, step: dict[str, Any], request: RequestStep, time: Time) -> None:
        self.condition = request.condition
        self._request = request
        self._time = time
        self._again = runtime.compile_retry(step["retry"])
        self._waits_s: list[float] = step["retry"]["waits_s"]

    def run(self, person: Person) -> int:
        """Sends it, and again; only what the last attempt came to has consequences."""
        failures = person.failures
        follows = self._request.run(person)
        for wait_s in self._waits_s:
            kind = person.failure[1] if person.failures > failures and person.failure else None
            if not self._again(kind, person.status):
                break
            thought_s = person.thought_s
            person.pause(wait_s, self._time)
            person.thought_s = thought_s  # a user that waits for a server does not think
            if perf_counter() >= self._time.ends_at:
                return runtime.OVER
            person.failures = failures
            follows = self._request.run(person)
        return follows
