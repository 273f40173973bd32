"""Profiles: loads with a name, built in or a user's own."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter, field_validator

from ..errors import UsageError
from ..patterns import parse_pattern
from ..plan.base import Model
from ..plan.counting import requests_per_iteration
from ..plan.load import ArrivalRate, ClosedLoad, IterationLoad, Load, OpenLoad, UserCount, WarmUp
from ..plan.model import Scenario
from ..plan.quantity import Duration, PositiveDuration, format_duration


class CountedProfile(Model):
    """Users, and how many requests a second they send at most.

    With ``requests_per_second`` that is what is sent, whether or not earlier requests are done, by at most
    ``concurrent_users`` at once; without it each user sends when its last request is done.
    """

    concurrent_users: UserCount | None = None
    requests_per_second: ArrivalRate | None = None
    duration_seconds: PositiveDuration
    ramp_up_seconds: Duration = 0.0

    def load(self, requests_per_iteration: float | None) -> Load:
        """The load for a plan whose iterations send so many requests; UsageError when that is not known."""
        data: dict[str, Any] = {"duration": self.duration_seconds, "ramp_up": self.ramp_up_seconds}
        if self.requests_per_second is None:
            return _load({**data, "users": self.concurrent_users})
        if not requests_per_iteration:
            raise UsageError(
                "its requests_per_second cannot be kept: how many requests an iteration of this plan sends depends on "
                "run_if or skip_if",
                hint="give the iterations per second: --rate, or a profile with rate instead of requests_per_second",
            )
        data["rate"] = self.requests_per_second / requests_per_iteration
        return _load(data if self.concurrent_users is None else {**data, "max_users": self.concurrent_users})

    def in_words(self) -> str:
        """The load in a few words."""
        users = f"{self.concurrent_users} users" if self.concurrent_users else ""
        if self.requests_per_second is not None:
            users = f"{self.requests_per_second:g} requests/s" + (f", at most {users}" if users else "")
        ramp = f", ramp-up {format_duration(self.ramp_up_seconds)}" if self.ramp_up_seconds else ""
        return f"{users} for {format_duration(self.duration_seconds)}{ramp}"


class PatternProfile(Model):
    """A shape of load in one line, such as ``ramp:1:100:60s``."""

    pattern: str
    max_users: UserCount | None = None
    warm_up: WarmUp | None = None

    @field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        try:
            parse_pattern(pattern)
        except UsageError as error:
            raise ValueError(error.message) from error
        return pattern

    def load(self, _: float | None) -> Load:
        """The load of the pattern, which is in users or iterations."""
        return _load({**parse_pattern(self.pattern), **self.model_dump(include=_BESIDE, exclude_none=True)})

    def in_words(self) -> str:
        """The pattern."""
        return self.pattern


_BESIDE = {"max_users", "warm_up"}
_COUNTED = frozenset(CountedProfile.model_fields)


def _form(value: object) -> str:
    if isinstance(value, CountedProfile) or (isinstance(value, Mapping) and _COUNTED & value.keys()):
        return "counted"
    if isinstance(value, PatternProfile) or (isinstance(value, Mapping) and "pattern" in value):
        return "pattern"
    return "load"


Profile = Annotated[
    Annotated[CountedProfile, Tag("counted")]
    | Annotated[PatternProfile, Tag("pattern")]
    | Annotated[Load, Tag("load")],
    Discriminator(_form),
]
"""One of three ways to say a load: ``concurrent_users`` and the like, a ``pattern``, or the load of a plan."""

PROFILE_KEYS = sorted(
    {
        name
        for model in (CountedProfile, PatternProfile, ClosedLoad, OpenLoad, IterationLoad)
        for name in model.model_fields
    }
)

BUILT_IN: dict[str, CountedProfile] = {
    name: CountedProfile(
        concurrent_users=users, requests_per_second=requests_per_second, duration_seconds=duration_s
    )
    for name, users, requests_per_second, duration_s in (
        ("smoke", 5, 10, 30),
        ("light", 10, 50, 60),
        ("normal", 50, 200, 300),
        ("heavy", 100, 500, 600),
        ("stress", 200, 1000, 300),
        ("soak", 30, 100, 3600),
        ("spike", 150, 500, 120),
    )
}
"""Quick validation, development, standard, peak, breaking points, stability, and sudden load."""


def profile_in_words(profile: CountedProfile | PatternProfile | Load) -> str:
    """A profile's load in a few words."""
    if isinstance(profile, CountedProfile | PatternProfile):
        return profile.in_words()
    if isinstance(profile, IterationLoad):
        return f"{profile.iterations} iterations by {profile.users} users"
    peak = max(level for _, level in profile.points())
    unit = "users" if isinstance(profile, ClosedLoad) else "iterations/s"
    shape = f", {len(profile.stages)} stages" if profile.stages else ""
    ramp = f", ramp-up {format_duration(profile.ramp_up)}" if profile.ramp_up else ""
    most = (
        f", at most {profile.max_users} users" if isinstance(profile, OpenLoad) and profile.max_users else ""
    )
    return f"{peak:g} {unit} for {format_duration(profile.duration_s)}{shape}{ramp}{most}"


def unknown_profile(name: str, own: Collection[str]) -> str:
    """What is wrong with a name that no profile has, with the nearest names."""
    names = [*own, *(built_in for built_in in BUILT_IN if built_in not in own)]
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
    nearest = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    return f"no profile is called {name!r}; {nearest}there are {', '.join(names)}"


def profile_load(profile: CountedProfile | PatternProfile | Load, scenarios: Iterable[Scenario]) -> Load:
    """The load that a profile is for a plan of these scenarios."""
    if isinstance(profile, CountedProfile | PatternProfile):
        return profile.load(requests_per_iteration(scenarios))
    return profile


_LOAD: TypeAdapter[Load] = TypeAdapter(Load)


def _load(data: Mapping[str, Any]) -> Load:
    load: Load = _LOAD.validate_python(dict(data))
    return load
