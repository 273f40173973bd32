"""How much load: users (closed model), an arrival rate (open model), or a number of iterations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from .base import Model
from .quantity import Duration, PositiveDuration

UserCount = Annotated[int, Field(ge=1)]
ArrivalRate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _whole_seconds(seconds: float) -> float:
    if seconds % 1:
        raise ValueError(
            f"a warm-up is in whole seconds, as figures are kept by the second; got {seconds:g} s"
        )
    return seconds


WarmUp = Annotated[Duration, AfterValidator(_whole_seconds)]
"""The first seconds of the load, part of its duration: what ends within them is left out of the figures."""


class UserStage(Model):
    """A linear change to ``users`` over ``duration`` seconds; a duration of 0 is a jump."""

    duration: Duration
    users: int = Field(ge=0)


class RateStage(Model):
    """A linear change to ``rate`` iterations per second over ``duration`` seconds; a duration of 0 is a jump."""

    duration: Duration
    rate: float = Field(ge=0, allow_inf_nan=False)


class ClosedLoad(Model):
    """A number of users, each starting its next iteration when the last one is done.

    Users start evenly over ``ramp_up``; ``duration`` is the total, the ramp included. Or ``stages``, from 0 users.
    """

    warm_up: WarmUp = 0.0

    users: UserCount | None = None
    duration: PositiveDuration | None = None
    ramp_up: Duration = 0.0
    stages: tuple[UserStage, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _check_shape("users", self.users, self.duration, self.ramp_up, self.stages)
        _check_warm_up(self.warm_up, self.duration_s)
        if self.stages and not any(stage.users for stage in self.stages):
            raise ValueError("no stage has any users")
        return self

    def points(self) -> list[tuple[float, float]]:
        """The number of users over time as (seconds, users), linear in between; equal times are a jump."""
        return _points(self.users, self.duration, self.ramp_up, [(s.duration, s.users) for s in self.stages])

    @property
    def duration_s(self) -> float:
        """How long the load lasts, in seconds."""
        return self.points()[-1][0]

    @property
    def max_users(self) -> int:
        """The most users at any moment."""
        return math.ceil(max(users for _, users in self.points()))


class OpenLoad(Model):
    """Iterations that start at a rate, whether or not earlier ones are done.

    ``rate`` is in iterations per second, reached linearly over ``ramp_up``. An arrival that finds all ``max_users``
    busy is dropped and counted, or waits when ``when_exhausted`` is ``queue``.
    """

    rate: ArrivalRate | None = None
    duration: PositiveDuration | None = None
    ramp_up: Duration = 0.0
    stages: tuple[RateStage, ...] = ()
    max_users: UserCount | None = None
    """The most iterations at once; by default the peak rate times one second, at least 10."""
    arrivals: Literal["constant", "poisson"] = "constant"
    when_exhausted: Literal["drop", "queue"] = "drop"
    warm_up: WarmUp = 0.0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _check_shape("rate", self.rate, self.duration, self.ramp_up, self.stages)
        _check_warm_up(self.warm_up, self.duration_s)
        if self.stages and not any(stage.rate for stage in self.stages):
            raise ValueError("no stage has any rate")
        return self

    def points(self) -> list[tuple[float, float]]:
        """The rate over time as (seconds, iterations/s), linear in between; equal times are a jump."""
        return _points(self.rate, self.duration, self.ramp_up, [(s.duration, s.rate) for s in self.stages])

    @property
    def duration_s(self) -> float:
        """How long arrivals last, in seconds."""
        return self.points()[-1][0]

    @property
    def user_limit(self) -> int:
        """The most iterations at once, the default applied."""
        return self.max_users or max(10, math.ceil(max(rate for _, rate in self.points())))


class IterationLoad(Model):
    """A total number of iterations, shared by ``users`` who each take the next one when free."""

    iterations: int = Field(ge=1)
    users: UserCount = 1
    max_duration: PositiveDuration | None = None
    """The run is stopped, and is not a success, when it takes longer than this."""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.users > self.iterations:
            raise ValueError(
                f"{self.users} users cannot share {self.iterations} iterations: some would have none"
            )
        return self


def _check_shape(
    name: str,
    value: float | None,
    duration: float | None,
    ramp_up: float,
    stages: tuple[UserStage | RateStage, ...],
) -> None:
    if stages:
        if value is not None or duration is not None or ramp_up:
            raise ValueError(f"stages say it all: leave out {name}, duration and ramp_up")
        if not sum(stage.duration for stage in stages):
            raise ValueError("the stages last no time at all")
        return
    if value is None or duration is None:
        missing = name if value is None else "duration"
        raise ValueError(f"{missing} is missing: give {name} and duration, or stages")
    if ramp_up > duration:
        raise ValueError(
            f"ramp_up ({ramp_up:g} s) is longer than duration ({duration:g} s), which includes it"
        )


def _check_warm_up(warm_up: float, duration_s: float) -> None:
    if warm_up >= duration_s:
        raise ValueError(
            f"warm_up ({warm_up:g} s) is part of the duration ({duration_s:g} s), and leaves nothing of it to measure"
        )


def _points(
    value: float | None, duration: float | None, ramp_up: float, stages: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    if not stages:
        assert value is not None
        assert duration is not None
        stages = [(ramp_up, value), (duration - ramp_up, value)]
    points = [(0.0, 0.0)]
    for length, target in stages:
        points.append((points[-1][0] + length, float(target)))
    return points


def _consistent(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    given = {"rate" if _has_rate(value) else "", *value}
    if {"rate", "iterations"} <= given:
        raise ValueError(
            "rate and iterations cannot be combined: give rate with duration, or iterations with users"
        )
    if {"rate", "users"} <= given:
        raise ValueError("rate and users cannot be combined: with a rate, max_users bounds the users")
    if {"iterations", "warm_up"} <= given:
        raise ValueError(
            "iterations and warm_up cannot be combined: those of the warm-up would be missing; give users and duration"
        )
    if {"iterations", "duration"} <= given:
        raise ValueError(
            "iterations and duration cannot be combined: max_duration bounds a number of iterations"
        )
    return value


def _has_rate(value: Mapping[str, Any]) -> bool:
    given = value.get("stages")
    stages = given if isinstance(given, list | tuple) else ()
    return "rate" in value or any(
        isinstance(stage, RateStage) or (isinstance(stage, Mapping) and "rate" in stage) for stage in stages
    )


_TAGS: dict[type, str] = {ClosedLoad: "closed", OpenLoad: "open", IterationLoad: "iterations"}


def _tag(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return _TAGS.get(type(value))
    return "open" if _has_rate(value) else "iterations" if "iterations" in value else "closed"


Load = Annotated[
    Annotated[ClosedLoad, Tag("closed")]
    | Annotated[OpenLoad, Tag("open")]
    | Annotated[IterationLoad, Tag("iterations")],
    Discriminator(_tag),
    BeforeValidator(_consistent),
]
