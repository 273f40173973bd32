"""Names in templates: those that can have no value are told before a run, with the place and the nearest name."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr

from .check_tests import AnyCheck
from .checks import filled_in
from .fakes import NotFaked, fake
from .feeds import Feed
from .functions import nearest
from .lookup import COUNTERS, Names
from .model import Plan
from .template import Call, Reference, parse, placeholders, unusable

_ASSIGNING = ("extract", "set")
"""Fields whose keys are the names of variables."""
_NO_TEMPLATES = ("name", "type", "matches", "regex", "extract", "thresholds", "data", "load", "as")


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A placeholder that stays as it is written: where in the plan, and why."""

    text: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text} stays as it is written: {self.why}"


def unknown_names(
    plan: Plan,
    *,
    environ: Mapping[str, str] = os.environ,
    columns: Mapping[str, Collection[str]] | None = None,
) -> list[UnknownName]:
    """Every placeholder of a plan that can have no value and has no default, in order.

    A variable may get its value anywhere in the plan. ``columns`` are those of feeds that are read from files; without
    them any column of such a feed may be there.
    """
    known = _Known(plan, environ, columns or {})
    return [
        UnknownName(shown, where, why)
        for where, text in _templates(plan)
        for shown, why in known.problems(where, text)
    ]


def feed_called_data(plan: Plan) -> str | None:
    """The feed that ``${data.column}`` stands for: the only one of a plan that has nothing else by that name."""
    if len(plan.data) != 1 or "data" in plan.data or "data" in assigned(plan):
        return None
    return next(iter(plan.data))


def assigned(plan: Plan) -> set[str]:
    """The names of all variables that have values from the beginning, or get them anywhere in a plan."""
    return {*plan.variables, *_assigned(plan)}


def _assigned(value: Any) -> Iterator[str]:
    match value:
        case BaseModel():
            for name in type(value).model_fields:
                item = getattr(value, name)
                if name in _ASSIGNING and isinstance(item, Mapping):
                    yield from item
                elif name == "as_" and isinstance(item, str):
                    yield item
                yield from _assigned(item)
        case list() | tuple():
            for item in value:
                yield from _assigned(item)


class _Known:
    """What names of a plan can have values."""

    def __init__(
        self, plan: Plan, environ: Mapping[str, str], columns: Mapping[str, Collection[str]]
    ) -> None:
        self._environ = environ
        self._names = Names(frozenset(plan.data), feed_called_data(plan))
        self._variables = assigned(plan)
        self._columns = {name: columns.get(name, _written_columns(feed)) for name, feed in plan.data.items()}

    def problems(self, where: str, text: str) -> Iterator[tuple[str, str]]:
        """The placeholders of a text that have no value, and why."""
        for bad in unusable(text):
            yield bad.shown, bad.why
        only_environment = where.split(".")[0] == "variables" or where == "options.proxy"
        for part in placeholders(parse(text)):
            if part.default is None:
                why = self._problem(part, only_environment=only_environment)
                if why is not None:
                    yield part.text, why

    def _problem(self, part: Reference | Call, *, only_environment: bool) -> str | None:
        kind, path = ("call", ()) if isinstance(part, Call) else self._names.meaning(part.path)
        if only_environment and kind != "env":
            return "only ${env.…} can be used here"
        if isinstance(part, Call):
            _, *path_of_method = part.function.split(".")
            return _not_faked(path_of_method, part.args) if path_of_method else None
        match kind:
            case "env":
                name = ".".join(path)
                return None if name in self._environ else f"the environment has no {name}"
            case "faker":
                return _not_faked(path, ())
            case "row":
                return self._no_column(path[0], path[1:])
            case "var" if path[0] not in self._variables:
                return self._no_variable(part, path[0])
        return None

    def _no_column(self, feed: str, path: tuple[str, ...]) -> str | None:
        columns = self._columns[feed]
        if columns is None or path[0] in columns or ".".join(path) in columns:
            return None
        return f"the feed {feed} has no column {path[0]}{nearest(path[0], list(columns))}"

    def _no_variable(self, part: Reference, name: str) -> str:
        if part.path[0] == "csv":
            feed = part.path[1] if len(part.path) > 1 else ""
            return f"there is no feed {feed}{nearest(feed, list(self._columns))}"
        if part.path[0] == "data" and len(self._columns) > 1:
            return (
                f"data stands for the only feed of a plan, and here are several: {', '.join(self._columns)}"
            )
        known = sorted({*self._variables, *COUNTERS, *self._columns, "env", "faker"})
        nothing = "variable" if part.path[0] == "var" else "variable or feed"
        return f"there is no {nothing} {name}{nearest(name, known)}"


def _not_faked(path: Collection[str], args: tuple[str, ...]) -> str | None:
    made = fake(list(path), args, size=1)
    return made.why if isinstance(made, NotFaked) else None


def _written_columns(feed: Feed) -> Collection[str] | None:
    return None if feed.rows is None else list(dict.fromkeys(name for row in feed.rows for name in row))


def _templates(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a plan that may be a template, with the path to it; names of fields that hold none are left out."""
    match value:
        case str() if "${" in value:
            yield where, value
        case SecretStr():
            yield from _templates(value.get_secret_value(), where)
        case AnyCheck():
            for name, item in filled_in(value).items():
                yield from _templates(item, f"{where}.{name}")
        case BaseModel():
            for name, info in type(value).model_fields.items():
                key = info.alias or name
                if key not in _NO_TEMPLATES:
                    yield from _templates(getattr(value, name), f"{where}.{key}".removeprefix("."))
        case Mapping():
            for name, item in value.items():
                yield from _templates(name, where)
                yield from _templates(item, f"{where}.{name}")
        case list() | tuple():
            for number, item in enumerate(value):
                yield from _templates(item, f"{where}.{number}")
