"""Changes made by hand to a run while it went on, and what they mean for its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .document import ResultModel

ChangeKind = Literal["pause", "resume", "users", "rate"]

_TOLD = 8


class Change(ResultModel):
    """A change to a running test, ``t`` seconds after it began; ``value`` is the number of users or the rate."""

    t: float
    what: ChangeKind
    value: int | float | None = None

    def __str__(self) -> str:
        words = {
            "pause": "paused",
            "resume": "resumed",
            "users": f"set to {self.value} users",
            "rate": f"set to {self.value:g} iterations/s" if self.value is not None else "",
        }
        return f"{words[self.what]} at {self.t:.1f} s"


def pauses(changes: Sequence[Change], duration_s: float | None) -> list[tuple[float, float]]:
    """From when to when a run of ``duration_s`` seconds was paused; a pause without end lasts to the run's."""
    found: list[tuple[float, float]] = []
    since: float | None = None
    for change in changes:
        if change.what == "pause":
            since = change.t
        elif change.what == "resume" and since is not None:
            found.append((since, change.t))
            since = None
    if since is not None and duration_s is not None:
        found.append((since, duration_s))
    return found


def paused_s(changes: Sequence[Change], duration_s: float | None, *, since_s: float = 0.0) -> float:
    """How long a run of ``duration_s`` seconds was paused after ``since_s``."""
    return sum(max(0.0, until - max(since_s, since)) for since, until in pauses(changes, duration_s))


def in_words(changes: Sequence[Change], paused: float) -> str:
    """What a reader of the figures must know of the changes; ``paused`` in seconds."""
    told = ", ".join(str(change) for change in changes[:_TOLD])
    more = f", and changed {len(changes) - _TOLD} times more" if len(changes) > _TOLD else ""
    rates = f"; rates leave out the {paused:.1f} s for which it was paused" if paused else ""
    return f"the run did not follow its plan alone: it was {told}{more}{rates}"
