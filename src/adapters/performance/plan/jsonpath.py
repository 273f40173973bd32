"""Paths into a JSON document: the singular queries of RFC 9535 (names and indexes), with or without ``$``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from .jsonpath_query import parse_query

_SEGMENT = re.compile(
    r"""\.?(?P<name>[A-Za-z_\u0080-\U0010ffff][\w\u0080-\U0010ffff-]*)
      | \[(?P<index>-?\d+)\]
      | \[(?P<quote>['"])(?P<quoted>(?:\\['"\\]|(?!(?P=quote)|\\).)*)(?P=quote)\]
      | \.(?P<dotted>\d+)""",
    re.VERBOSE,
)


def parse_path(text: str) -> tuple[str | int, ...]:
    """The names and indexes of a path such as ``$.user.roles[0]`` or ``user.id``; ValueError when not singular."""
    rest = text.removeprefix("$")
    segments: list[str | int] = []
    position = 0
    while position < len(rest):
        match = _SEGMENT.match(rest, position)
        if match is None or (position and match["name"] and rest[position] != "."):
            raise ValueError(
                f"not a path to one value: {text!r}; use names and indexes, such as $.user.roles[0]"
            )
        segments.append(_segment(match))
        position = match.end()
    return tuple(segments)


def path_of(text: str) -> tuple[str | int, ...] | None:
    """The names and indexes of a path to one value; None when it is a query that may find several."""
    try:
        return parse_path(text)
    except ValueError:
        return None


def _segment(match: re.Match[str]) -> str | int:
    if match["index"] is not None:
        return int(match["index"])
    if match["dotted"] is not None:
        return int(match["dotted"])
    if match["name"] is not None:
        return match["name"]
    return re.sub(r"\\(.)", r"\1", match["quoted"])


def _checked(text: str) -> str:
    if path_of(text) is None:
        parse_query(text)
    return text


JsonPath = Annotated[str, AfterValidator(_checked)]
