"""In a worker: everything that is needed to find again, by name, what the parent pickled."""

from __future__ import annotations

import base64
import importlib.util
import pickle
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from .copying import restored
from .guard import BenchmarkReached
from .subject import Subject

_MAIN = "__mp_main__"


class OutOfReach(Exception):
    """The function is not to be had in this process; the text says why."""


def load(job: Mapping[str, Any]) -> Subject:
    """The subject of a job; OutOfReach if this process cannot come by it."""
    sys.path[:] = job["path"]
    sys.argv[:] = job["argv"]
    sys.meta_path.append(_Files(job["files"]))
    stopped = job["main"] is not None and _run_script(job["main"])
    try:
        pickled = pickle.loads(base64.b64decode(job["payload"]))  # noqa: S301  from the parent
        subject: Subject = restored(pickled) if job["is_copy"] else pickled
    except AttributeError as error:
        why = (
            "a worker runs a script without a main guard up to its first benchmark only" if stopped else error
        )
        raise OutOfReach(f"a worker process cannot find it: {why}") from error
    except BenchmarkReached as error:
        raise OutOfReach("importing its module starts a benchmark") from error
    except (Exception, SystemExit) as error:
        raise OutOfReach(f"a worker process cannot load it: {type(error).__name__}: {error}") from error
    _check_same_files(job["files"])
    return subject


class _Files(MetaPathFinder):
    """Finds modules that the parent had loaded from files which are on no path, as pytest does with tests."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if file := self._files.get(fullname):
            folders = [str(Path(file).parent)] if Path(file).name == "__init__.py" else None
            return importlib.util.spec_from_file_location(fullname, file, submodule_search_locations=folders)
        if any(name.startswith(f"{fullname}.") for name in self._files):
            return ModuleSpec(fullname, None, is_package=True)
        return None


def _check_same_files(files: Mapping[str, str]) -> None:
    for name, file in files.items():
        found = getattr(sys.modules.get(name), "__file__", None)
        if found is not None and Path(found).resolve() != Path(file).resolve():
            raise OutOfReach(f"in a worker process the module {name} is another file: {found}")


def _run_script(main: Mapping[str, Any]) -> bool:
    """Runs the script of the parent under another name, up to its first benchmark: whether it came to one."""
    module = ModuleType(_MAIN)
    module.__file__, module.__package__ = main["file"], main["package"]
    sys.modules["__main__"] = sys.modules[_MAIN] = module
    try:
        exec(_compiled(main["file"]), module.__dict__)  # noqa: S102  the user's own script, as spawn runs it
    except BenchmarkReached:
        return True
    except SystemExit:
        return False
    except BaseException as error:
        raise OutOfReach(
            f"running {main['file']} in a worker process raised {type(error).__name__}: {error}"
        ) from error
    return False


def _compiled(file: str) -> CodeType:
    return compile(Path(file).read_bytes(), file, "exec", dont_inherit=True)
