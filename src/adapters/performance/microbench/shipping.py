"""Whether a function can be measured in another process, and what that process needs to find it again."""

from __future__ import annotations

import base64
import pickle
import pickletools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .copying import NotCopyable, copied
from .subject import Subject


class NotShippable(Exception):
    """The function lives in this process only; the text says why."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A pickled subject; ``main`` is the script it is defined in, if it is; ``files`` those of modules it names.

    ``is_copy``: it is defined in no file, so that its code is in the payload.
    """

    payload: str
    main: dict[str, Any] | None
    files: dict[str, str]
    is_copy: bool

    def to_job(self) -> dict[str, Any]:
        """The part of a worker's job that lets it find the subject."""
        path = [entry or str(Path.cwd()) for entry in sys.path]
        return {
            "payload": self.payload,
            "main": self.main,
            "files": self.files,
            "is_copy": self.is_copy,
            "path": path,
            "argv": sys.argv,
        }


def ship(subject: Subject) -> Shipment:
    """The subject made ready for another process; NotShippable if it cannot leave this one."""
    try:
        data = pickle.dumps(subject, protocol=5)
    except Exception as error:
        raise NotShippable(_reason(subject, error)) from error
    names = _names_in(data)
    main = _main_script() if "__main__" in names else None
    is_copy = main is None and "__main__" in names
    if is_copy:
        data = _copied(subject)
        names = _names_in(data)
    files = {name: file for name in sorted(names) if (file := _file_of(name)) is not None}
    return Shipment(base64.b64encode(data).decode(), main, files, is_copy)


def _names_in(data: bytes) -> set[str]:
    return {argument for _, argument, _ in pickletools.genops(data) if isinstance(argument, str)}


def _copied(subject: Subject) -> bytes:
    try:
        data = copied(subject)
        if "__main__" not in _names_in(data):
            return data
        why = "it uses something that is found there by name only, such as a function with a cache"
    except NotCopyable as error:
        why = str(error)
    except Exception as error:
        why = f"something that it uses cannot be copied: {error}"
    raise NotShippable(f"it is defined in no file (a notebook or an interactive session), and {why}")


def _reason(subject: Subject, error: Exception) -> str:
    parts: list[tuple[str, Callable[..., Any] | None]] = [
        ("the function", subject.func),
        ("setup", subject.setup),
        ("teardown", subject.teardown),
    ]
    for role, part in parts:
        name = getattr(part, "__qualname__", "")
        if name.endswith("<lambda>"):
            return f"{role} is a lambda, which another process cannot import"
        if "<locals>" in name:
            return f"{role} is defined inside another function, where another process cannot import it"
    return f"it cannot be handed to another process: {error}"


def _main_script() -> dict[str, Any] | None:
    """The script that runs, None where there is no file of it."""
    module = sys.modules["__main__"]
    file = getattr(module, "__file__", None)
    if file is None or not Path(file).is_file():
        return None
    spec = getattr(module, "__spec__", None)
    return {"file": str(Path(file).resolve()), "package": spec.parent if spec is not None else None}


def _file_of(name: str) -> str | None:
    """The source of a module of that name that is loaded here, other than the script itself."""
    file = getattr(sys.modules.get(name), "__file__", None) if name != "__main__" else None
    return str(Path(file).resolve()) if isinstance(file, str) else None
