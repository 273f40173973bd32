"""Where settings come from: each value given, with its place, source by source."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from ..plan.secrets import is_secret
from ..plan.threshold_keys import threshold_from_key
from .env_file import EnvFile
from .files import Path_, SettingsFile
from .interpolation import Unfilled, fill
from .model import Settings
from .problems import Location, nearest
from .variables import ALIASES, ONLY_IN_FILES, SHARED, Key, names

SECTION = "performance"
"""The section of a settings file that is ours; without it the whole file is."""

Kind = Literal["given", "environment", "env file", "file", "profile", "built in"]

_AS_WRITTEN = frozenset({"requests", "variables"})
"""What goes into a plan, in whose texts the plan's own ``${…}`` hold."""
_MAY_BE_EMPTY = frozenset({"profiles", "thresholds"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: ``text`` is a flag, a variable, or a file with the line.

    ``variables`` were filled into it; with one that is named as a secret, the value is ``secret``.
    """

    kind: Kind
    text: str
    line: int | None = None
    variables: tuple[str, ...] = ()

    @property
    def secret(self) -> bool:
        """Whether the value holds a variable whose name stands for a secret."""
        return any(is_secret(name) for name in self.variables)

    def __str__(self) -> str:
        filled = ", ".join(dict.fromkeys(self.variables))
        return f"{self.text} with {filled}" if filled else self.text


BUILT_IN = Origin("built in", "built in")


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a source gives for a key; in a file it stands under ``written``."""

    key: Key
    value: Any
    origin: Origin
    file: SettingsFile | None = None
    written: Path_ = ()

    def where(self, inside: Location = ()) -> str:
        """The place and name of the value, or of what is ``inside`` it, for messages."""
        if self.file is None:
            return self.origin.text
        path = (*self.written, *inside)
        return f"{self.file.place(path)}: {'.'.join(map(str, path))}"


@dataclass(slots=True)
class Problems:
    """What is wrong, a line each, gathered so that all of it is told at once."""

    lines: list[str]

    def add(self, where: str, message: object) -> None:
        """Add a problem."""
        self.lines.append(f"{where}: {message}")


def from_environment(environ: Mapping[str, str]) -> Iterator[Given]:
    """The settings among our environment variables; an empty variable is none."""
    for name, key in reversed(names().items()):
        if environ.get(name):
            yield Given(key, environ[name], Origin("environment", name))


def from_env_file(file: EnvFile, environ: Mapping[str, str]) -> Iterator[Given]:
    """The settings among our variables in an env file."""
    for name, key in reversed(names().items()):
        if (value := file.get(name, environ)) is not None:
            yield Given(key, value, _env_origin(file, name))


def from_shared_names(file: EnvFile | None, environ: Mapping[str, str]) -> Iterator[Given]:
    """The settings among variables that other programs use too: of the env file, then of the environment."""
    for name, key in SHARED.items():
        if file is not None and (value := file.get(name, environ)) is not None:
            yield Given(key, value, _env_origin(file, name))
        if environ.get(name) and name not in ONLY_IN_FILES:
            yield Given(key, environ[name], Origin("environment", name))


def _env_origin(file: EnvFile, name: str) -> Origin:
    line = file.line(name)
    return Origin("env file", f"{file.path}:{line} {name}", line)


@dataclass(frozen=True, slots=True)
class Section:
    """Our part of a settings file, the keys that lead to it, and the names of the other parts."""

    data: Mapping[str, Any]
    above: Path_
    others: tuple[str, ...]


def our_section(file: SettingsFile, problems: Problems) -> Section | None:
    """Our part of a settings file; None when nothing in it is ours."""
    data = file.data
    if SECTION in data:
        others = tuple(str(key) for key in data if key != SECTION)
        for key in others:
            if key in Settings.model_fields:
                problems.add(
                    f"{file.place((key,))}: {key}",
                    f"it stands beside {SECTION}, where it is not read: put it inside, or, if it is another program's, "
                    "keep the settings in a file of their own, such as polyload.yaml",
                )
        return Section({} if data[SECTION] is None else data[SECTION], (SECTION,), others)
    known = {*Settings.model_fields, *(alias[0] for alias in ALIASES if len(alias) == 1)}
    if known & data.keys() or not data:
        return Section(data, (), ())
    for key in data:
        if near := difflib.get_close_matches(str(key), [SECTION], 1, 0.8) or nearest((str(key),)):
            problems.add(
                f"{file.place((key,))}: {key}", f"no such setting; did you mean {' or '.join(near)}?"
            )
    return None


def from_file(
    file: SettingsFile, section: Section, environ: Mapping[str, str], env: EnvFile | None, problems: Problems
) -> Iterator[Given]:
    """The settings in a file, their variables filled in from the environment, then from the env file."""
    used: dict[Key, Given] = {}
    if not isinstance(section.data, Mapping):
        problems.add(f"{file.place(section.above)}: {SECTION}", "a mapping of keys is needed")
        return
    for given in _leaves(file, section.data, (), section.above):
        if given.key in used:
            first = used[given.key].where()
            problems.add(given.where(), f"the same setting as {first.rpartition(' ')[2]}: keep one of them")
            continue
        used[given.key] = given
        if given.value is None:
            if given.key[-1] not in _MAY_BE_EMPTY:
                problems.add(given.where(), "it is empty: give a value, or leave the key out")
            continue
        yield from _read(given, environ, env, problems)


def _leaves(file: SettingsFile, data: Mapping[Any, Any], above: Key, written: Path_) -> Iterator[Given]:
    """The values below a mapping of a file, each under the key of its setting."""
    for name, value in data.items():
        path = (*above, str(name))
        stands = (*written, name)
        if (path == ("profiles",) or _is_group(path)) and (isinstance(value, Mapping) or value is None):
            yield from _leaves(file, value or {}, path, stands)
            continue
        line = file.lines.get(stands)
        origin = Origin("file", file.place(stands), line)
        yield Given(ALIASES.get(path, path), value, origin, file, stands)


def _is_group(path: Key) -> bool:
    model: type[BaseModel] = Settings
    for name in path:
        described = model.model_fields.get(name)
        kind = described.annotation if described else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return False
        model = kind
    return True


def _read(
    given: Given, environ: Mapping[str, str], env: EnvFile | None, problems: Problems
) -> Iterator[Given]:
    if given.key[0] in _AS_WRITTEN:
        yield given
        return

    def lookup(name: str) -> str | None:
        if name in environ:
            return environ[name]
        return env.get(name, environ) if env is not None else None

    try:
        filled = fill(given.value, lookup)
    except Unfilled as error:
        problems.add(given.where(error.path), error)
        return
    given = replace(given, value=filled.value, origin=replace(given.origin, variables=filled.names))
    if given.key == ("thresholds",) and isinstance(given.value, Mapping):
        given = replace(given, value=_thresholds(given, problems))
    yield given


def _thresholds(given: Given, problems: Problems) -> list[str]:
    expressions = []
    for key, value in given.value.items():
        try:
            expressions.append(threshold_from_key(str(key), value))
        except ValueError as error:
            message = str(error).removeprefix(f"{key}: ")
            shown = "its value is no number that can be meant" if given.origin.secret else message
            problems.add(given.where((key,)), shown)
    return expressions
