"""Finding Locust, and laying out the workspace in which it runs."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..contract import Availability
from ..process import find_program

INSTALL = "pip install 'polyload[locust]'"
OLDEST = (2, 32)

_HERE = Path(__file__).parent
_ADAPTERS = _HERE.parents[2]
_COPIED = (
    "http/cookie_dates.py",
    "http/cookies.py",
    "performance/engines/kinds.py",
    "performance/engines/program/__init__.py",
    "performance/engines/program/decoding.py",
)
_COPIED_FOLDERS = ("performance/engines/program/runtime", "performance/engines/locust/inside")
"""What the files inside Locust import, beside each other; standard library only."""

NEEDS_PACKAGES = frozenset(
    {
        *("check.jmespath", "check.schema", "check.html", "check.python"),
        *("extract.jmespath", "extract.css", "extract.xpath"),
    }
)
"""Features whose packages, or modules of the user's own, are known to be there in this Python only."""
ELSEWHERE = "this Locust is a program with a Python of its own, in which the packages for it need not be"


def detect() -> Availability:
    """Where Locust is: a package of this Python, else a program; nothing of it is imported here."""
    if find_spec("locust") is not None:
        return _judged(_installed_version(), sys.executable)
    program = find_program("locust")
    if program is None:
        return Availability(False, reason="there is no locust package and no locust program", install=INSTALL)
    return _judged(_told_version(program), program)


def is_of_this_python(availability: Availability) -> bool:
    """Whether Locust runs in this Python, or is not there at all."""
    return availability.path in (None, sys.executable)


def command(availability: Availability) -> list[str]:
    """The beginning of Locust's command line."""
    assert availability.path is not None
    if availability.path == sys.executable:  # -P: what lies in the working directory is not taken for Locust
        return [sys.executable, "-P", "-m", "locust"]
    return [availability.path]


def lay_out(workspace: Path, locustfile: str, program: dict[str, Any]) -> Path:
    """Copies the files that run inside Locust, and one of them as locustfile, whose path is returned."""
    tree = workspace / "polyload_inside"
    files = [_ADAPTERS / name for name in _COPIED]
    files += [file for name in _COPIED_FOLDERS for file in sorted((_ADAPTERS / name).glob("*.py"))]
    for file in files:
        copy = tree / file.relative_to(_ADAPTERS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    (workspace / "plan.json").write_text(json.dumps(program), "utf-8")
    copied = workspace / f"polyload_{locustfile}"
    shutil.copyfile(_HERE / "inside" / locustfile, copied)
    return copied


def _judged(version: str | None, path: str) -> Availability:
    if version is None:
        return Availability(
            False, path=path, reason=f"{path} does not tell Locust's version", install=INSTALL
        )
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST:
        reason = f"Locust {version} is older than {'.'.join(map(str, OLDEST))}"
        return Availability(False, version, path, reason, INSTALL)
    return Availability(True, version, path)


def _installed_version() -> str | None:
    try:
        return importlib.metadata.version("locust")
    except importlib.metadata.PackageNotFoundError:
        return None


def _told_version(program: str) -> str | None:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"locust (\d+\.\d+\S*)", told.stdout)
    return match[1] if match else None
