"""The template grammar ``${…}``, parsed once into a small tree that every engine interprets.

``${name}`` and ``${var.name}`` are variables or extracted values, ``${env.NAME}`` the environment,
``${source.column}`` and ``${csv.source.column}`` the current row of a data feed, ``${iteration}`` and ``${user}``
counters, ``${randint(1,6)}`` a call. ``${name:-text}`` has a default; ``$${`` is a literal ``${``.
Whatever does not follow the grammar, and every name that has no value, stays visible as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACEHOLDER = re.compile(
    r"""
    \$\$\{                                      # escaped
    | \$\{ \s*
      (?: (?P<call>[A-Za-z_]\w*) \( (?P<args>[^(){}]*) \)
        | (?P<ref>[A-Za-z_]\w*(?:\.[A-Za-z_][\w-]*){0,2}) )
      \s* (?: :- (?P<default>[^}]*) )?
    \}
    """,
    re.VERBOSE,
)

FUNCTIONS = {"uuid": (0, 0), "now": (0, 1), "randint": (2, 2), "choice": (1, 64), "seq": (0, 0)}
"""Functions a template may call, with their least and greatest number of arguments."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name to look up; ``text`` is the placeholder as written, shown when the name has no value."""

    name: str
    default: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function to call with literal arguments."""

    function: str
    args: tuple[str, ...]
    text: str


Part = str | Reference | Call


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a template, literals merged; a text without placeholders is one literal part."""
    parts: list[Part] = []
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        _add_literal(parts, text[position : match.start()])
        position = match.end()
        part = _part(match)
        if isinstance(part, str):
            _add_literal(parts, part)
        else:
            parts.append(part)
    _add_literal(parts, text[position:])
    return tuple(parts) or ("",)


def _part(match: re.Match[str]) -> Part:
    text = match.group()
    if text.startswith("$$"):
        return text[1:]
    function = match["call"]
    if function is None:
        return Reference(match["ref"], match["default"], text)
    args = (
        tuple(arg.strip().strip("'\"") for arg in match["args"].split(",")) if match["args"].strip() else ()
    )
    least, most = FUNCTIONS.get(function, (1, 0))
    return Call(function, args, text) if least <= len(args) <= most and _usable(function, args) else text


def _usable(function: str, args: tuple[str, ...]) -> bool:
    if function != "randint":
        return True
    try:
        low, high = (int(arg) for arg in args)
    except ValueError:
        return False
    return low <= high


def _add_literal(parts: list[Part], text: str) -> None:
    if not text:
        return
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)
