"""What is wrong with settings, in words: where it stands, the key, what was expected, the nearest name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from .model import Settings
from .profiles import PROFILE_KEYS
from .variables import ALIASES, keys

Location = tuple[str | int, ...]

_EXPECTED = {
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "string_type": "a text is needed; put it in quotes",
    "string_too_short": "it is empty",
    "tuple_type": "a list is needed",
    "dict_type": "a mapping of keys is needed",
    "model_type": "a mapping of keys is needed",
    "model_attributes_type": "a mapping of keys is needed",
    "missing": "is missing",
}
_LONGEST = 60


def without_tags(location: Location) -> Location:
    """The keys of a problem as they are written: without the names of the forms that a profile has."""
    if location[:1] != ("profiles",) or len(location) < 3:
        return location
    forms = 2 if location[2] == "load" and len(location) > 3 else 1
    return (*location[:2], *location[2 + forms :])


def in_words(detail: ErrorDetails, *, shown: bool) -> str:
    """What a problem is, without where it is; the value is told only when it may be ``shown``."""
    kind, message = detail["type"], detail["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return no_such_setting(without_tags(detail["loc"]))
    if kind in ("greater_than_equal", "greater_than", "less_than", "less_than_equal"):
        message = message.removeprefix("Input should be ") + " is needed"
    elif kind == "literal_error":
        message = f"{message.removeprefix('Input should be ')} is needed"
    else:
        message = _EXPECTED.get(kind, message)
    value = detail.get("input")
    if not shown or kind in ("missing", "value_error") or isinstance(value, Mapping | list | tuple):
        return message
    return f"{message}, not {_short(value)}"


def no_such_setting(location: Location) -> str:
    """What is wrong with a key that there is not, with the nearest that there are."""
    near = nearest(location)
    return "no such setting" + (f"; did you mean {' or '.join(near)}?" if near else "")


def nearest(location: Location) -> list[str]:
    """The names nearest to a key: beside it if there are any, else anywhere among the settings."""
    *above, name = map(str, location)
    beside = names_in(tuple(above))
    if near := difflib.get_close_matches(name, beside, 2, 0.8) or difflib.get_close_matches(name, beside, 1):
        return near
    everywhere = {key[-1]: ".".join(key) for key in keys()}
    return [everywhere[name] for name in difflib.get_close_matches(name, everywhere, n=1, cutoff=0.75)]


def names_in(above: tuple[str, ...]) -> list[str]:
    """The keys that there are below others."""
    if above[:1] == ("profiles",):
        return PROFILE_KEYS
    model: type[BaseModel] = Settings
    for name in above:
        described = model.model_fields.get(name)
        kind = described.annotation if described else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return []
        model = kind
    return [*model.model_fields, *(alias[-1] for alias in ALIASES if alias[:-1] == above)]


def joined(lines: Iterable[str]) -> str:
    """Several problems as one message, each once, in the order of their lines."""
    return "\n".join(sorted(dict.fromkeys(lines), key=_line_number))


def _line_number(problem: str) -> int:
    match = re.match(r"[^:\s]+:(\d+)[: ]", problem)
    return int(match[1]) if match else 0


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
