"""What is measured, in the process that measures it: the function, its arguments, its setup and teardown."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from operator import length_hint
from statistics import median
from typing import Any, Literal

from .course import CoursePlan, Measured, course, go_on
from .kinds import check_returned
from .timing import Value, clock_resolution_s, time_calls
from .waiting import WaitClock

SetupPer = Literal["process", "value"]
Gc = Literal["off", "on"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A function and how to call it. What ``setup`` returns, unless None, is its first argument, and teardown's."""

    func: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    setup: Callable[..., Any] | None = None
    teardown: Callable[..., Any] | None = None
    setup_per: SetupPer = "process"
    is_async: bool = False
    concurrency: int = 1


@contextmanager
def garbage(policy: Gc) -> Iterator[None]:
    """Within this, the garbage collector is as asked for, after one collection."""
    was_on = gc.isenabled()
    gc.collect()
    (gc.disable if policy == "off" else gc.enable)()
    try:
        yield
    finally:
        (gc.enable if was_on else gc.disable)()


class Laps:
    """Counts the calls of a subject; takes from their time what it waited for a processor; sees a blocked loop."""

    def __init__(self) -> None:
        self.calls = 0
        self.call_s = 0.0
        self.lags_s: list[float] = []
        self._turns: list[repeat[None]] = []
        self._asked = 0
        self._clock = WaitClock()
        self._elapsed_s = 0.0
        self._waited_s: float | None = None

    def begin(self, calls: int, at_once: int = 1) -> list[repeat[None]]:
        """A value of so many calls is about to be timed: what the loops that make them at once go through."""
        loops = min(at_once, calls)
        self._turns = [repeat(None, calls // loops + (loop < calls % loops)) for loop in range(loops)]
        self._asked = calls
        self._clock.begin()
        return self._turns

    def count(self, value: Value) -> Value:
        """The value that was timed since, without the time for which other work had the processors."""
        waited = self._clock.end(value.elapsed_s)
        self.calls += value.calls
        if waited is not None:
            self._elapsed_s += value.elapsed_s
            self._waited_s = (self._waited_s or 0.0) + waited
            value = _without(value, waited, len(self._turns))
        self.call_s = value.busy_s / value.calls
        self.rest()
        return value

    def rest(self) -> None:
        """No value is being timed."""
        self._turns = []

    @property
    def call(self) -> int | None:
        """The call that was started last of the value that is being timed, counted from 1; None if there is none."""
        if not self._turns:
            return None
        return self.calls + self._asked - sum(map(length_hint, self._turns))

    def close(self) -> None:
        """Nothing more will be timed."""
        self._clock.close()

    @property
    def waited(self) -> float | None:
        """The share of the time of computing values that they waited, which is in no figure; None if not known."""
        return self._waited_s / self._elapsed_s if self._waited_s is not None and self._elapsed_s else None

    @property
    def blocked_s(self) -> float | None:
        """For how long a call typically held up its event loop; None for quick calls, which are not looked at."""
        return median(self.lags_s) if self.lags_s else None


def _without(value: Value, waited_s: float, at_once: int) -> Value:
    """A value less waiting, during which all calls that were under way waited."""
    if not waited_s:
        return value
    return Value(value.calls, value.elapsed_s - waited_s, max(value.busy_s - at_once * waited_s, 0.0))


def measure(subject: Subject, plan: CoursePlan, policy: Gc, laps: Laps) -> Measured:
    """Runs the course of a subject that is not async."""
    steps, value = course(plan, clock_resolution_s()), None
    per_process = subject.setup_per == "process"
    given = _set_up(subject) if per_process else ()
    try:
        with garbage(policy):
            while not isinstance(step := go_on(steps, value), Measured):
                mine = given if per_process else _set_up(subject)
                arguments, look = (*mine, *subject.args), None if laps.calls else check_returned
                (turns,) = laps.begin(step)
                value = laps.count(time_calls(subject.func, arguments, subject.kwargs, turns, look))
                if not per_process:
                    _tear_down(subject, mine)
            return step
    finally:
        laps.rest()
        if per_process:
            _tear_down(subject, given)


def _set_up(subject: Subject) -> tuple[Any, ...]:
    made = subject.setup() if subject.setup is not None else None
    return () if made is None else (made,)


def _tear_down(subject: Subject, given: tuple[Any, ...]) -> None:
    if subject.teardown is not None:
        subject.teardown(*given)
