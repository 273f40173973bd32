"""All sources together: the settings that hold, and where each came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..errors import UsageError
from ..plan.secrets import is_secret
from .env_file import find_env_file, read_env_file
from .files import CANDIDATES, find_settings_file, read_settings_file
from .model import Settings
from .problems import in_words, joined, without_tags
from .profiles import BUILT_IN as BUILT_IN_PROFILES
from .profiles import unknown_profile
from .sources import (
    BUILT_IN,
    SECTION,
    Given,
    Origin,
    Problems,
    from_env_file,
    from_environment,
    from_file,
    from_shared_names,
    our_section,
)
from .variables import SHARED, Key, check_names

NOT_YET = {
    "log_service": "failures are sent to no log service",
}
"""Groups of settings whose part of polyload is not in this version, and what that means."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The settings that hold, where each came from, and the files that were read.

    ``file`` and ``env_file`` are paths with why they were read. ``others`` are sections of the settings file that are
    not ours. ``remarks`` are what whoever starts a run must be told.
    """

    settings: Settings
    origins: Mapping[Key, Origin]
    file: tuple[Path, str] | None = None
    env_file: tuple[Path, str] | None = None
    others: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def origin(self, *key: str) -> Origin:
        """Where a setting came from."""
        return self.origins.get(key, BUILT_IN)


def load_settings(
    file: str | Path | None = None,
    *,
    read_files: bool = True,
    env_file: str | Path | None = None,
    given: Mapping[str, tuple[object, str]] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: str | Path = ".",
) -> Resolved:
    """The settings of a settings file, an env file, the environment, and those ``given``, which come first.

    The files are those that are named, else those found in the ``folder``; none with ``read_files=False``. ``given``
    maps a key such as ``profile`` to a value and to who gives it, such as ``--profile``. UsageError names everything
    that is wrong: the file with the line, or the variable, the key, what was expected, and the nearest name.
    """
    environ = os.environ if environ is None else environ
    folder = Path(folder)
    check_names(environ, "environment")
    env_found = find_env_file(env_file, environ, folder) if read_files or env_file is not None else None
    env = read_env_file(env_found[0], folder) if env_found else None
    if env is not None:
        check_names(env.variables, str(env.path))
    found = find_settings_file(file, environ, folder) if read_files or file is not None else None
    written = read_settings_file(found[0], folder) if found else None

    problems = Problems([])
    section = our_section(written, problems) if written else None
    remarks = []
    if written and section is None and not problems.lines:
        nothing = f"{written.path} has no section {SECTION!r}"
        if str(written.path) not in CANDIDATES or file is not None:
            raise UsageError(f"{nothing}, and nothing in it is a setting", hint=f"begin it with '{SECTION}:'")
        remarks.append(f"{nothing}: nothing in it is used")
        written = found = None
    layers: list[Iterable[Given]] = [from_shared_names(env, environ)]
    if written and section:
        layers.append(from_file(written, section, environ, env, problems))
    if env is not None:
        layers.append(from_env_file(env, environ))
    layers.append(from_environment(environ))
    layers.append(_given(given or {}))
    holding = _latest(layers)
    remarks += _without_what_is_not_there(holding, problems)
    settings = _validated(holding, problems)
    return Resolved(
        settings,
        {key: value.origin for key, value in holding.items()},
        found,
        env_found,
        section.others if section else (),
        tuple(remarks),
    )


def _given(values: Mapping[str, tuple[object, str]]) -> Iterable[Given]:
    for key, (value, who) in values.items():
        yield Given(tuple(key.split(".")), value, Origin("given", who))


def _latest(layers: Iterable[Iterable[Given]]) -> dict[Key, Given]:
    """Of each setting the value that is given last."""
    return {given.key: given for layer in layers for given in layer}


def _without_what_is_not_there(holding: dict[Key, Given], problems: Problems) -> list[str]:
    """Takes out settings of parts that this version has not: refused, or told when the name is not ours alone."""
    remarks = []
    for key, given in list(holding.items()):
        if key[0] not in NOT_YET:
            continue
        del holding[key]
        told = f"{NOT_YET[key[0]]} in this version"
        if given.origin.text.rpartition(" ")[2] in SHARED:
            remarks.append(f"{given.where()} has no effect: {told}")
        else:
            problems.add(given.where(), f"{told}: leave it out")
    return remarks


def _validated(holding: Mapping[Key, Given], problems: Problems) -> Settings:
    settings = None
    try:
        settings = Settings.model_validate(_nested(holding))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            problems.add(*_placed(detail, holding))
    if settings is not None and settings.profile not in {None, *settings.profiles, *BUILT_IN_PROFILES}:
        given = holding["profile",]
        told = unknown_profile(str(settings.profile), settings.profiles)
        problems.add(given.where(), "its value cannot be used" if given.origin.secret else told)
    if problems.lines:
        raise UsageError(
            joined(problems.lines),
            hint="'polyload config' shows all settings, docs/settings.md tells of them",
        )
    assert settings is not None
    return settings


def _nested(holding: Mapping[Key, Given]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, given in holding.items():
        inner = data
        for name in key[:-1]:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                break
        else:
            inner[key[-1]] = given.value
    return data


def _placed(detail: ErrorDetails, holding: Mapping[Key, Given]) -> tuple[str, str]:
    """The place of a problem, and what it is."""
    location = without_tags(detail["loc"])
    texts = tuple(map(str, location))
    for length in range(len(texts), 0, -1):
        if (given := holding.get(texts[:length])) is not None:
            secret = given.origin.secret or any(is_secret(name) for name in texts)
            if secret and detail["type"] == "value_error":
                return given.where(location[length:]), "its value cannot be used"
            return given.where(location[length:]), in_words(detail, shown=not secret)
    below = next((given for key, given in holding.items() if key[: len(texts)] == texts), None)
    where = below.where().partition(": ")[0] if below else "settings"
    return f"{where}: {'.'.join(texts)}" if texts else where, in_words(detail, shown=False)
