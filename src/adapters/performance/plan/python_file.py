"""Plans written in Python: a file that defines ``plan``, or scenarios and how much of them.

The file is run, in this process and with the rights of whoever asks for it: it is a program, as a locustfile is. Its
folder is where its imports are looked up first, and what it prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import difflib
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from ..errors import PlanError, PolyloadError
from .model import Plan, Scenario
from .secrets import mask_text

SUFFIX = ".py"
_BESIDE = ("target", "load", "data", "variables", "thresholds", "options", "name")
"""Fields of a plan that a file may define beside its scenarios."""
_EXAMPLE = (
    "define plan, such as plan = Plan(…), a function plan() that returns one, or scenario = Scenario(…)"
)


@runtime_checkable
class MakesPlan(Protocol):
    """What knows the fields of a plan, perhaps all but its load: builders and ready-made scenarios."""

    def plan_fields(self) -> Mapping[str, Any]:
        """The fields of a plan."""


def is_python_file(path: str | Path) -> bool:
    """Whether a path is that of a plan written in Python, by its name."""
    return Path(path).suffix.lower() == SUFFIX


def python_fields(path: str | Path) -> dict[str, Any]:
    """The fields of the plan that a Python file defines, ``load`` missing where it says none.

    PlanError names the file, the line, and what is wrong or missing.
    """
    path = Path(path)
    with _run(path) as module:
        found = _told(vars(module), path, module.__name__)
    return {**found, **{name: _plain(found[name]) for name in ("data", "options") if name in found}}


@contextlib.contextmanager
def _run(path: Path) -> Iterator[ModuleType]:
    """The module of a file that has been run; errors within the block that it raises itself name its line."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise PlanError(
            f"{path}: cannot be read: {error.strerror or error}", hint="check the path"
        ) from error
    module = ModuleType(f"polyload_plan_{path.stem}")
    module.__file__ = str(path.absolute())
    folder = str(path.absolute().parent)
    sys.modules[module.__name__] = module
    sys.path.insert(0, folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            exec(compile(source, module.__file__, "exec"), vars(module))  # noqa: S102  the user's own program
            yield module
    except (Exception, SystemExit) as error:
        raise _explained(error, path, module.__file__) from error
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)


def _explained(error: BaseException, path: Path, file: str) -> PlanError:
    """What went wrong in a file, with the last of its lines that led to it."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return PlanError(f"{path}, line {error.lineno}: not Python: {error.msg}")
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    where = f"{path}, line {lines[-1]}" if lines else str(path)
    match error:
        case PolyloadError():
            beside = where if lines else None
            return PlanError(f"{beside}: {error.message}" if beside else error.message, hint=error.hint)
        case SystemExit():
            return PlanError(f"{where}: the file ends the program", hint="a plan only defines what is to run")
    told = mask_text("".join(traceback.format_exception_only(error)).strip())
    return PlanError(f"{where}: {told}", hint="--debug (POLYLOAD_DEBUG=1) shows how it came to that")


def _told(names: Mapping[str, Any], path: Path, module: str) -> dict[str, Any]:
    """The fields of the plan that these names of a file stand for."""
    plan = _own(names.get("plan"), module)
    if plan is not None:
        return _fields(plan() if callable(plan) else plan, "plan", path)
    several = names.get("scenarios", names.get("scenario"))
    if several is None:
        raise PlanError(f"{path}: no plan: {_nearest(names)}", hint=_EXAMPLE)
    which = "scenarios" if "scenarios" in names else "scenario"
    each = several if isinstance(several, list | tuple) else (several,)
    merged = _merged([_fields(one, which, path) for one in each], path)
    beside = {name: names[name] for name in _BESIDE if name in names and _is_data(names[name])}
    return {**merged, **beside}


def _own(value: Any, module: str) -> Any:
    """A value, unless it is a function or a module that the file only imported."""
    imported = callable(value) and getattr(value, "__module__", module) != module
    return None if isinstance(value, ModuleType) or (imported and not _is_data(value)) else value


def _is_data(value: Any) -> bool:
    return not isinstance(value, type) and (
        isinstance(value, MakesPlan | BaseModel) or not (callable(value) or isinstance(value, ModuleType))
    )


def _nearest(names: Mapping[str, Any]) -> str:
    own = [name for name, value in names.items() if not name.startswith("_") and _is_data(value)]
    near = difflib.get_close_matches("plan", own, n=1) or difflib.get_close_matches("scenario", own, n=1)
    return f"it defines {near[0]!r}; rename it" if near else "it defines neither plan nor scenario"


def _fields(value: Any, name: str, path: Path) -> dict[str, Any]:
    match value:
        case Plan():
            return {field: getattr(value, field) for field in value.model_fields_set}
        case Scenario():
            return {"scenarios": (value,)}
        case Mapping():
            return dict(value)
        case MakesPlan():
            return dict(value.plan_fields())
    what = "nothing" if value is None else f"a {type(value).__name__}"
    raise PlanError(f"{path}: {name} is {what}, not a plan or a scenario", hint=_EXAMPLE)


def _merged(parts: Sequence[Mapping[str, Any]], path: Path) -> dict[str, Any]:
    """Several scenarios as one plan: they share its target, its data and its variables."""
    merged: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            known = merged.get(name)
            if name == "scenarios":
                merged[name] = (*(known or ()), *value)
            elif name in ("data", "variables") and known is not None:
                clash = [key for key in value if key in known and known[key] != value[key]]
                if clash:
                    raise PlanError(f"{path}: two scenarios mean different things by {name}.{clash[0]}")
                merged[name] = {**known, **value}
            elif name == "target" and known is not None and known != value:
                raise PlanError(f"{path}: scenarios of one plan have one target; give the others whole URLs")
            elif name != "name" or len(parts) == 1:
                merged[name] = value
    if not merged.get("scenarios"):
        raise PlanError(f"{path}: there is no scenario in scenarios", hint=_EXAMPLE)
    return merged


def _plain(value: Any) -> Any:
    """Feeds and options as the mappings they would be in a file, so that the paths in them are looked up as there."""
    match value:
        case BaseModel():
            return _plain({name: getattr(value, name) for name in value.model_fields_set})
        case Mapping():
            return {name: _plain(item) for name, item in value.items()}
        case Path():
            return str(value)
    return value
