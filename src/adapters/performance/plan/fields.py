"""Which fields a model has where an unknown one stands, and which of them was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

_TOLD = 20
"""So many names are told when none is near."""
_SHORTEST = 3
"""Letters that two names must share when one is a part of the other."""


def no_such_field(model: type[BaseModel], location: Sequence[str | int]) -> str:
    """What is said of a field that is none, at a location as pydantic tells it: where it belongs, or what was meant."""
    given, tag = str(location[-1]), "".join(map(str, location[-2:-1])).strip("<>")
    kinds = _models_at(model, location[:-1])
    models = {one for one in kinds if tag in _inside(one)} or kinds
    names = _names(models)
    if given in _names(kinds):
        return "no such field" + (f" beside {tag!r}" if tag in names else "")
    owners = [name for name in names if any(given in _below(one).get(name, ()) for one in models)]
    if owners:
        return f"no such field; it belongs into {_either(owners)}"
    near = difflib.get_close_matches(given, names, n=1) or [
        name for name in names if min(len(name), len(given)) >= _SHORTEST and (given in name or name in given)
    ]
    if near:
        return f"no such field; did you mean {_either(near)}?"
    return "no such field" + (f"; there are {', '.join(names)}" if len(names) <= _TOLD else "")


def _models_at(model: type[BaseModel], location: Sequence[str | int]) -> set[type[BaseModel]]:
    """All models that may stand there; indices, unions' tags and names of the user's own lead nowhere."""
    models = {model}
    for key in location:
        models = {inner for one in models for inner in _inside(one).get(str(key), ())} or models
    return models


def _names(models: Iterable[type[BaseModel]]) -> list[str]:
    return sorted({name for one in models for name in _inside(one)})


def _either(names: Sequence[str]) -> str:
    *others, last = [repr(name) for name in names]
    return f"{', '.join(others)} or {last}" if others else last


@cache
def _below(model: type[BaseModel]) -> dict[str, frozenset[str]]:
    """Each field of a model, and the names of the fields at any depth in it."""
    return {name: frozenset(_names_below(models)) for name, models in _inside(model).items()}


def _names_below(models: Iterable[type[BaseModel]]) -> set[str]:
    seen, names, waiting = set(models), set(), list(models)
    while waiting:
        for name, inner in _inside(waiting.pop()).items():
            names.add(name)
            waiting += inner - seen
            seen |= inner
    return names


@cache
def _inside(model: type[BaseModel]) -> dict[str, frozenset[type[BaseModel]]]:
    """Each field of a model by its name in files, and the models that its value may be or hold."""
    return {
        field.alias or name: frozenset(_models_in(field.annotation))
        for name, field in model.model_fields.items()
    }


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
