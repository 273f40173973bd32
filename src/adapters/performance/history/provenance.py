"""Where a result comes from: the machine and the versions, and the commit of the code in the working folder."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..microbench.environment import Environment, this_environment

_GIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of git's, and whether tracked files were changed since."""

    sha: str
    dirty: bool


@dataclass(frozen=True, slots=True)
class Provenance:
    """The environment and the commit, None outside of a repository or where git does not answer in time."""

    environment: Environment
    commit: Commit | None


def here(folder: Path | None = None) -> Provenance:
    """The provenance of what is measured now, by this process."""
    return Provenance(_environment(), commit_of(folder))


def commit_of(folder: Path | None = None) -> Commit | None:
    """The commit that a folder, by default the working one, is at."""
    git = shutil.which("git")
    if git is None:
        return None
    arguments = ["--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    try:
        done = subprocess.run(
            [git, *arguments], cwd=folder, capture_output=True, timeout=_GIT_S, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    lines = done.stdout.splitlines()
    sha = next((line.split()[-1] for line in lines if line.startswith("# branch.oid ")), "")
    if done.returncode or not sha or sha.startswith("("):
        return None
    return Commit(sha, any(not line.startswith("#") for line in lines))


def hardware(environment: Environment) -> str:
    """What must be the same for figures to stand in one series."""
    return f"{environment.cpu} × {environment.processors}"


@cache
def _environment() -> Environment:
    return this_environment()
