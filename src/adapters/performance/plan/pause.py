"""Think time: how long a user waits between two requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Tag, model_validator

from .base import Model
from .conditions import Condition
from .quantity import Duration, PositiveDuration


class PauseRange(Model):
    """Anything between ``min`` and ``max`` seconds, uniformly."""

    min: Duration
    max: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise ValueError("max is less than min")
        return self


class NormalPause(Model):
    """Normally distributed around ``mean`` seconds; one that would be negative is drawn again.

    So no pause is shorter than 0, and none is 0 more often than by chance. Their own mean is then above ``mean``: by
    0.15 % where ``stdev`` is a third of it, by 29 % where they are the same.
    """

    mean: Duration
    stdev: Duration


class PoissonPause(Model):
    """As long as a Poisson process lets one wait: exponentially distributed with the mean ``poisson`` seconds."""

    poisson: PositiveDuration


_TAGS = {"min": "range", "max": "range", "mean": "normal", "stdev": "normal", "poisson": "poisson"}


def _tag(value: Any) -> str | None:
    """The one kind of pause that a value has fields of."""
    fields = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", None)
    if fields is None:
        return "fixed"
    tags = {tag for key, tag in _TAGS.items() if key in fields}
    return tags.pop() if len(tags) == 1 else None


ThinkTime = Annotated[
    Annotated[Duration, Tag("fixed")]
    | Annotated[PauseRange, Tag("range")]
    | Annotated[NormalPause, Tag("normal")]
    | Annotated[PoissonPause, Tag("poisson")],
    Discriminator(
        _tag,
        custom_error_type="no_such_kind",
        custom_error_message="a pause is a number of seconds, {min, max}, {mean, stdev} or {poisson}",
    ),
]


class Pause(Model):
    """Think time: a fixed number of seconds, or drawn each time from a distribution."""

    type: Literal["pause"] = "pause"
    pause: ThinkTime
    run_if: Condition | None = None
    skip_if: Condition | None = None
