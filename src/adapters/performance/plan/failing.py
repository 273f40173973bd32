"""What follows when a request failed: what its user does next, and whether it is tried again."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Model
from .checks import StatusClass, StatusCode
from .quantity import Duration

OnFailure = Literal["continue", "end_iteration", "stop_user"]
"""Go on with the next step, begin the next iteration, or do nothing more in this run."""

Cause = Literal["no_answer", "timeout", "status", "check", "extract", "redirects"]
"""Why a request failed: ``no_answer`` is everything for which there was no whole answer, timeouts included."""

MOST_ATTEMPTS = 100


class Retry(Model):
    """A request that is tried again while it fails; each attempt is a request of its own in the figures.

    Before attempt n + 1 the user waits ``backoff`` · ``factor`` to the power of n - 1, but no longer than ``max``.
    """

    attempts: int = Field(3, ge=2, le=MOST_ATTEMPTS)
    """How many there are at most, the first included."""
    backoff: Duration = 0.0
    factor: float = Field(2.0, ge=1, le=100, allow_inf_nan=False)
    max: Duration = 60.0
    on: tuple[Cause | StatusClass | StatusCode, ...] = ()
    """Statuses, whether or not they are failures, and causes of failures; by default every failure."""

    @model_validator(mode="after")
    def _reached(self) -> Self:
        if self.max < self.backoff:
            raise ValueError("max is less than backoff")
        return self

    def waits_s(self) -> list[float]:
        """How long the user waits before each attempt but the first."""
        waits, wait_s = [], self.backoff
        for _ in range(self.attempts - 1):
            waits.append(min(wait_s, self.max))
            wait_s = min(wait_s * self.factor, self.max)
        return waits

    def statuses(self) -> list[tuple[int, int]]:
        """The statuses of ``on`` as inclusive ranges."""
        codes = [(code, code) for code in self.on if isinstance(code, int)]
        classes = [cause for cause in self.on if isinstance(cause, str) and cause.endswith("xx")]
        return codes + [(int(known[0]) * 100, int(known[0]) * 100 + 99) for known in classes]

    def causes(self) -> list[str] | None:
        """The causes of ``on``; None when every failure is one."""
        return (
            [cause for cause in self.on if isinstance(cause, str) and not cause.endswith("xx")]
            if self.on
            else None
        )
