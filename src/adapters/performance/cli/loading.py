"""The load that a command line asks for: on its own, or in place of parts of a plan's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import UsageError
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
    kind = _kind(given, ClosedLoad)
    defaults: dict[Kind, dict[str, Any]] = {
        ClosedLoad: {"users": _DEFAULT_USERS, "duration": _DEFAULT_DURATION_S},
        OpenLoad: {"duration": _DEFAULT_DURATION_S},
        IterationLoad: {"users": min(_DEFAULT_USERS, given.get("iterations", 1))},
    }
    return _make({**defaults[kind], **given}, kind)


def changed_load(load: Load, given: Mapping[str, Any]) -> Load:
    """A plan's load with some of it replaced; a load of another kind takes nothing from the plan's."""
    if not given:
        return load
    kind = _kind(given, type(load))
    if kind is not type(load):
        other = f"the plan's load is {_NAMES[type(load)]}, of which nothing fits {_NAMES[kind]}: give the load in full"
        return _make(given, kind, other)
    kept = {name: getattr(load, name) for name in load.model_fields_set if name != "stages"}
    staged = bool(getattr(load, "stages", ()))
    in_stages = "the plan's load is in stages, which these options replace: give the load in full"
    return _make({**kept, **given}, kind, in_stages if staged else None)


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
