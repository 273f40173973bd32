"""The steps of a stress test as data: how many users, when, and which seconds of a run tell of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from ...errors import UsageError
from ...patterns import step_levels
from ...plan.load import ClosedLoad, Load
from ...plan.quantity import parse_duration

_LEAST_JUDGED_S = 1


@dataclass(frozen=True, slots=True)
class Ladder:
    """Numbers of users in order, each held for ``step_s``, of which the first ``settle_s`` are not judged."""

    users: tuple[int, ...]
    step_s: float
    settle_s: float

    def load(self) -> Load:
        """The steps as the load of one run: each begins at once."""
        if len(self.users) == 1:
            fields: dict[str, Any] = {"users": self.users[0], "duration": self.step_s}
        else:
            steps = (((users, 0.0), (users, self.step_s)) for users in self.users)
            fields = {
                "stages": [{"users": users, "duration": time} for step in steps for users, time in step]
            }
        load: Load = TypeAdapter(ClosedLoad).validate_python(fields)
        return load

    def seconds(self, step: int) -> range:
        """The seconds of a run, by number, that lie whole within a step and after its settling."""
        begin_s = step * self.step_s
        return range(
            math.ceil(round(begin_s + self.settle_s, 6)), math.floor(round(begin_s + self.step_s, 6))
        )

    def only(self, step: int) -> Ladder:
        """One step on its own."""
        return Ladder((self.users[step],), self.step_s, self.settle_s)

    def after(self, step: int) -> Ladder:
        """The steps after one."""
        return Ladder(self.users[step + 1 :], self.step_s, self.settle_s)


def ladder(
    start_users: int, max_users: int, step_users: int, step_duration: float | str, settle: float | str
) -> Ladder:
    """The steps from ``start_users`` to ``max_users``, both included; UsageError for what makes no sense."""
    for name, value in (("start_users", start_users), ("max_users", max_users), ("step_users", step_users)):
        if type(value) is not int or value < 1:
            raise UsageError(f"{name} must be a whole number from 1, not {value!r}")
    step_s, settle_s = _seconds("step_duration", step_duration), _seconds("settle", settle)
    users = tuple(int(level) for level in step_levels(start_users, max_users, step_users))
    made = Ladder(users, step_s, settle_s)
    if any(len(made.seconds(step)) < _LEAST_JUDGED_S for step in range(len(users))):
        raise UsageError(
            f"a step of {step_s:g} s of which the first {settle_s:g} s are settling has no whole second to judge",
            hint="figures are kept by the second: make step_duration longer, in whole seconds, or settle shorter",
        )
    return made


def _seconds(name: str, value: float | str) -> float:
    try:
        return parse_duration(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
