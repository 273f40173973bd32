"""``${NAME}`` and ``${NAME:-default}`` in values, filled in from the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Lookup = Callable[[str], str | None]

_VARIABLE = re.compile(r"\$(?P<escaped>\$)?\{(?P<inside>[^}]*)\}?")
_INSIDE = re.compile(r"\s*(?:env\.)?(?P<name>[A-Za-z_]\w*)\s*(?::-(?P<default>.*))?", re.DOTALL)
_WRITE = "write ${NAME}, ${NAME:-default}, or $${ for ${ itself"
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Filled:
    """A value with its variables filled in, and the names of those that it had."""

    value: Any
    names: tuple[str, ...]


class Unfilled(ValueError):
    """A variable that cannot be filled in; ``path`` leads from the value to the text that has it."""

    def __init__(self, message: str, path: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.path = path


def fill(value: Any, lookup: Lookup) -> Filled:
    """A value with every text in it filled in, at any depth; Unfilled says which variable has no value.

    A variable that is empty has no value where there is a default. Whatever comes in is text: what it must be is
    decided by the setting.
    """
    names: list[str] = []
    return Filled(_fill(value, lookup, names, ()), tuple(names))


def _fill(value: Any, lookup: Lookup, names: list[str], path: tuple[str | int, ...]) -> Any:
    if len(path) > _DEEPEST:
        raise Unfilled("it is nested too deeply", path)
    if isinstance(value, str):
        return _text(value, lookup, names, path)
    if isinstance(value, Mapping):
        return {key: _fill(item, lookup, names, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, lookup, names, (*path, number)) for number, item in enumerate(value)]
    return value


def _text(text: str, lookup: Lookup, names: list[str], path: tuple[str | int, ...]) -> str:
    def replace(match: re.Match[str]) -> str:
        if match["escaped"]:
            return match.group()[1:]
        inside = _INSIDE.fullmatch(match["inside"])
        if inside is None or not match.group().endswith("}") or "${" in (inside["default"] or ""):
            raise Unfilled(f"not a variable: {match.group()!r}; {_WRITE}", path)
        return _value(inside["name"], inside["default"], lookup, names, path)

    return _VARIABLE.sub(replace, text)


def _value(
    name: str, default: str | None, lookup: Lookup, names: list[str], path: tuple[str | int, ...]
) -> str:
    found = lookup(name)
    if found or (found is not None and default is None):
        names.append(name)
        return found
    if default is None:
        raise Unfilled(
            f"the variable {name} is not set; set it, or give a default: ${{{name}:-default}}", path
        )
    return default
