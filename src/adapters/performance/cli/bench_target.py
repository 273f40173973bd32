"""Targets of ``polyload bench``: ``module:function`` or ``path/to/file.py:function``, and values of parameters."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..plan.secrets import mask_url


def load_function(target: str) -> Callable[..., Any]:
    """The function that a target names; UsageError says what is missing."""
    module_name, colon, path = target.rpartition(":")
    if not colon or not module_name or not path:
        raise UsageError(
            f"{mask_url(target)!r} names no function",
            hint="write module:function, file.py:function, or a URL",
        )
    found: Any = _module(module_name)
    for name in path.split("."):
        if not hasattr(found, name):
            near = get_close_matches(name, dir(found), 1)
            raise UsageError(
                f"{module_name} has no {path!r}", hint=f"did you mean {near[0]!r}?" if near else None
            )
        found = getattr(found, name)
    if not callable(found):
        raise UsageError(f"{target} is no function but {type(found).__name__}")
    function: Callable[..., Any] = found
    return function


def parse_params(texts: Iterable[str]) -> dict[str, Sequence[Any]] | None:
    """Parameters written ``n=10,100``: numbers, true, false and null as in JSON, else texts; None if there are none."""
    params: dict[str, Sequence[Any]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not name.isidentifier() or not values:
            raise UsageError(f"{text!r} is no parameter", hint="write NAME=VALUE,VALUE, such as n=10,100")
        if name in params:
            raise UsageError(f"the parameter {name!r} is given twice", hint=f"write {name}=VALUE,VALUE")
        params[name] = [_value(value) for value in values.split(",")]
    return params or None


def _module(name: str) -> Any:
    file = Path(name)
    if file.suffix == ".py":
        if not file.is_file():
            raise UsageError(f"{name}: there is no such file")
        sys.path.insert(0, str(file.resolve().parent))
        name = file.stem
    else:
        sys.path.insert(0, str(Path.cwd()))
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(
                f"there is no module {name!r}",
                hint="run from the folder that it is in, or install it; a URL is written with http:// or https://",
            ) from error
        raise UsageError(f"importing {name} failed: {error}") from error
    except Exception as error:
        raise UsageError(f"importing {name} failed: {type(error).__name__}: {error}") from error


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
