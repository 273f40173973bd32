"""Where k6 is on this machine, and which version."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from ..contract import Availability
from ..process import find_program

VARIABLE = "POLYLOAD_K6"
"""The environment variable that names the k6 binary to use."""

OLDEST = 1
_VERSION = re.compile(r"\bk6(?:\.exe)? v(\d+(?:\.\d+)*\S*)")
_INSTALL = {
    "Darwin": "brew install k6",
    "Windows": "choco install k6",
    "Linux": "go install go.k6.io/k6/v2@latest, or the package of https://grafana.com/docs/k6/latest/set-up/install-k6/",
}


def detect(binary: str | None) -> Availability:
    """How k6 was found: ``binary`` if given, else $POLYLOAD_K6, else beside the running Python, else on PATH."""
    named = binary or os.environ.get(VARIABLE)
    path = shutil.which(named) if named else find_program("k6")
    install = _INSTALL.get(platform.system(), _INSTALL["Linux"])
    if path is None:
        reason = f"{named} is not a program" if named else "k6 is not on PATH"
        return Availability(False, reason=reason, install=install)
    path = str(Path(path).absolute())  # it is started in another directory
    version = version_of(path)
    if version is None:
        return Availability(
            False, path=path, reason=f"{path} does not say which version of k6 it is", install=install
        )
    if major(version) < OLDEST:
        return Availability(False, version, path, f"k6 {version} is too old: 1.0 or later is needed", install)
    return Availability(True, version, path)


def version_of(path: str) -> str | None:
    """The version that a binary says it has, asked once for each state of the file."""
    try:
        return _asked(path, Path(path).stat().st_mtime_ns)
    except OSError:
        return None


def major(version: str) -> int:
    """The first number of a version."""
    return int(version.split(".")[0])


@lru_cache(maxsize=16)
def _asked(path: str, mtime_ns: int) -> str | None:
    try:
        answer = subprocess.run([path, "version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(answer.stdout)
    return found[1] if found else None
