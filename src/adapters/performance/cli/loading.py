"""The load that a command line asks for: on its own, or in place of parts of a plan's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import UsageError
from ..patterns import parse_pattern
from ..plan.load import ClosedLoad, IterationLoad, Load, OpenLoad

Kind = type[ClosedLoad] | type[OpenLoad] | type[IterationLoad]

FITTING: dict[Kind, frozenset[str]] = {
    OpenLoad: frozenset({"rate", "duration", "ramp_up", "max_users", "warm_up"}),
    IterationLoad: frozenset({"iterations", "users", "duration"}),
    ClosedLoad: frozenset({"users", "duration", "ramp_up", "warm_up"}),
}
"""The options that each kind of load knows; with iterations, the duration bounds them (``max_duration``)."""

_DEFAULT_USERS = 10
_DEFAULT_DURATION_S = 10.0
_TELLING: dict[str, Kind] = {"rate": OpenLoad, "iterations": IterationLoad, "max_users": OpenLoad}
_NAMES: dict[Kind, str] = {
    OpenLoad: "an arrival rate",
    IterationLoad: "a number of iterations",
    ClosedLoad: "a number of users",
}


def fresh_load(given: Mapping[str, Any]) -> Load:
    """The load for a URL: what was given, and the defaults for the rest."""
    if "pattern" in given:
        return _patterned(given)
    kind = _kind(given, ClosedLoad)
    defaults: dict[Kind, dict[str, Any]] = {
        ClosedLoad: {"users": _DEFAULT_USERS, "duration": _DEFAULT_DURATION_S},
        OpenLoad: {"duration": _DEFAULT_DURATION_S},
        IterationLoad: {"users": min(_DEFAULT_USERS, given.get("iterations", 1))},
    }
    return _make({**defaults[kind], **given}, kind)


def changed_load(load: Load, given: Mapping[str, Any], *, whose: str = "the plan") -> Load:
    """A plan's or profile's load with some of it replaced; a load of another kind takes nothing from it."""
    if not given:
        return load
    if "pattern" in given:
        return _patterned(given)
    kind = _kind(given, type(load))
    if kind is not type(load):
        other = f"{whose}'s load is {_NAMES[type(load)]}, of which nothing fits {_NAMES[kind]}: give the load in full"
        return _make(given, kind, other)
    kept = {name: getattr(load, name) for name in load.model_fields_set if name != "stages"}
    staged = bool(getattr(load, "stages", ()))
    in_stages = f"{whose}'s load is in stages, which these options replace: give the load in full"
    return _make({**kept, **given}, kind, in_stages if staged else None)


def _patterned(given: Mapping[str, Any]) -> Load:
    """The load of a pattern, which says it all but what bounds a rate, and what of it is warm-up."""
    pattern = parse_pattern(given["pattern"])
    rates = "rate" in pattern or any("rate" in stage for stage in pattern.get("stages", ()))
    beside = {"max_users", "warm_up"} if rates else {"warm_up"}
    for name in given:
        if name != "pattern" and name not in beside:
            raise UsageError(f"{option(name)} cannot be combined with --pattern", hint=_INSTEAD.get(name))
    more = {name: value for name, value in given.items() if name in beside}
    return _make({**pattern, **more}, OpenLoad if rates else ClosedLoad)


_INSTEAD = {
    "users": "the pattern says how many users there are: constant:50:30s",
    "duration": "the pattern says how long each part of it lasts: constant:50:30s",
    "ramp_up": "a pattern has ramps of its own: ramp:1:50:10s:30s ramps up for 10s and holds for 30s",
    "rate": "a pattern of rates has /s after its levels: constant:50/s:30s",
    "max_users": "it bounds the users of a rate, and this pattern is of users; rates have /s: constant:50/s:30s",
    "iterations": "a pattern lasts as long as it says, however many iterations that is",
}


def _kind(given: Mapping[str, Any], current: Kind) -> Kind:
    """The kind of load that the options ask for; UsageError when they do not go together."""
    telling = [name for name in _TELLING if name in given]
    fallback = current if given.keys() <= FITTING[current] else ClosedLoad
    kind = _TELLING[telling[0]] if telling else fallback
    strange = [name for name in given if name not in FITTING[kind]]
    if strange:
        raise UsageError(
            f"{option(strange[0])} cannot be combined with {option(telling[0])}",
            hint=f"{_NAMES[kind]} goes with {', '.join(option(name) for name in sorted(FITTING[kind]))}",
        )
    return kind


def _make(fields: Mapping[str, Any], kind: Kind, hint: str | None = None) -> Load:
    if kind is IterationLoad and "duration" in fields:
        fields = {"max_duration" if name == "duration" else name: value for name, value in fields.items()}
    try:
        load: Load = TypeAdapter(kind).validate_python(dict(fields))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        message = "; ".join(_told(detail["loc"], detail["msg"]) for detail in details)
        raise UsageError(f"no such load: {message}", hint=hint) from error
    return load


def _told(location: tuple[int | str, ...], message: str) -> str:
    field = str(location[0]).replace("max_duration", "duration") if location else ""
    where = f"{option(field)}: " if field else ""
    return where + message.removeprefix("Value error, ")


def option(name: str) -> str:
    """How an option is written on the command line."""
    return "--" + name.replace("_", "-")
