"""The names of settings in the environment and in env files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from ..errors import UsageError
from .model import Settings

Key = tuple[str, ...]
"""The keys that lead to a setting."""

PREFIX = "POLYLOAD_"
OTHERS = frozenset(
    PREFIX + name
    for name in ("CONFIG", "ENV_FILE", "DEBUG", "K6", "REQUIRE_ENGINES", "WORKSPACE", "USER", "JOB")
)
"""Variables of ours that are no settings."""

ALSO: dict[str, Key] = {
    f"{PREFIX}DATABASE_URL": ("history", "url"),
    f"{PREFIX}HISTORY": ("history", "url"),
}
"""Further names of ours."""

SHARED: dict[str, Key] = {
    "DATABASE_URL": ("history", "url"),
    "LOGTAIL_URL": ("log_service", "url"),
    "LOGTAIL_TOKEN": ("log_service", "token"),
    "timeout": ("timeout",),
    "USERNAME": ("target", "username"),
    "PASSWORD": ("target", "password"),
}
"""Names that other programs use too; they come after everything that names polyload."""

ONLY_IN_FILES = frozenset({"USERNAME", "PASSWORD"})
"""Names that mean something else in the environment of a process, where the one is who is logged in."""

ALIASES: dict[Key, Key] = {
    ("base_url",): ("target", "base_url"),
    ("request_timeout",): ("timeout",),
    ("save_detailed_results",): ("history", "keep_requests"),
}
"""Other spellings in files."""

_ONLY_IN_SETTINGS_FILES = frozenset({"profiles", "metrics", "requests", "variables", "type"})


def keys(model: type[BaseModel] = Settings, above: Key = ()) -> Iterator[Key]:
    """Every setting that has a value of its own, in the order of the model."""
    for name, described in model.model_fields.items():
        kind = described.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, (*above, name))
        else:
            yield (*above, name)


def variable(key: Key) -> str | None:
    """The environment variable of a setting, or None when it has none."""
    return None if key[0] in _ONLY_IN_SETTINGS_FILES else PREFIX + "_".join(key).upper()


def names() -> dict[str, Key]:
    """Our variables, each with the setting that it gives; of several for one setting, the first counts."""
    own = {name: key for key in keys() if (name := variable(key)) is not None}
    return {**own, **ALSO}


def check_names(given: Iterable[str], source: str) -> None:
    """Raises UsageError for a variable that begins as ours do and is nearly the name of a setting."""
    known = names()
    for name in sorted(given):
        if not name.startswith(PREFIX) or name in known or name in OTHERS:
            continue
        near = difflib.get_close_matches(
            name[len(PREFIX) :], [k[len(PREFIX) :] for k in known], n=1, cutoff=0.8
        )
        if near:
            raise UsageError(
                f"{source}: {name} is no setting; did you mean {PREFIX}{near[0]}?",
                hint="'polyload config' lists all settings; unset the variable if it is something else",
            )
