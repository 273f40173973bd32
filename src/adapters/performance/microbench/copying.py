"""Functions of a notebook or an interactive session, which no file holds: copied to another process with what they use.

A copy has the function's code and, by value, the globals that it and those it calls name. Functions and modules among
these are found again; classes, closures and whatever cannot be pickled are not copied, and so the function is not.
"""

from __future__ import annotations

import dis
import marshal
import pickle
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .subject import Subject

_LIMIT = 64 * 2**20
_NAMES = ("LOAD_GLOBAL", "LOAD_NAME")

_globals: dict[str, Any] = {"__name__": "__main__"}
"""In a worker: what copied functions have for globals."""


class NotCopyable(Exception):
    """A function, or something that it uses, cannot be copied; the text says what and why."""


def copied(subject: Subject) -> bytes:
    """A subject with what it uses, for `restored`."""
    namespace, names = vars(sys.modules["__main__"]), set[str]()
    while True:
        used = {name: namespace[name] for name in sorted(names)}
        data = _pickled((used, subject), names)
        if len(data) > _LIMIT:
            raise NotCopyable(f"what it uses is over {_LIMIT // 2**20} MiB to copy")
        if names == used.keys():
            return data


def restored(pickled: tuple[dict[str, Any], Subject]) -> Subject:
    """The subject of a copy, with what it uses in its globals."""
    used, subject = pickled
    _globals.update(used)
    return subject


def _pickled(value: object, names: set[str]) -> bytes:
    """A pickle; ``names`` grows by the globals that the functions in it use."""
    file = BytesIO()
    _Pickler(file, names).dump(value)
    return file.getvalue()


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, names: set[str]) -> None:
        super().__init__(file, protocol=5)
        self._names = names

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, ModuleType) and obj.__name__ != "__main__":
            return import_module, (obj.__name__,)
        if getattr(obj, "__module__", None) != "__main__" or not isinstance(obj, FunctionType | type):
            return NotImplemented
        if not isinstance(obj, FunctionType):
            raise NotCopyable(f"it uses the class {obj.__qualname__}, which no file holds")
        if obj.__closure__ or obj.__globals__ is not vars(sys.modules["__main__"]):
            raise NotCopyable(f"it uses {obj.__qualname__}, which is defined inside another function")
        self._names |= set(_names_in(obj.__code__)) & obj.__globals__.keys()
        return _made, (marshal.dumps(obj.__code__), obj.__name__), _state(obj), None, None, _set_state


def _names_in(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in _NAMES:
            yield step.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_in(inner)


def _made(code: bytes, name: str) -> FunctionType:
    return FunctionType(marshal.loads(code), _globals, name)  # noqa: S302  from the parent, of the same Python


def _state(func: FunctionType) -> dict[str, Any]:
    return {
        "__defaults__": func.__defaults__,
        "__kwdefaults__": func.__kwdefaults__,
        "__dict__": func.__dict__,
    }


def _set_state(func: FunctionType, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(func, name, value)
