"""Env files: ``NAME=value`` lines, with the line of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from ..errors import UsageError
from .interpolation import Unfilled, fill
from .text_files import find_candidate, read_text

PATH_VARIABLES = ("POLYLOAD_ENV_FILE", "PYLOAD_CONFIG")
"""Environment variables that name the env file, the first that is set."""
CANDIDATES = ("config.env", ".env")
"""Looked for in the working folder when no env file is named; the first that is there is read, and no other."""


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The variables of an env file: name to (line, value as written)."""

    path: Path
    variables: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    twice: Mapping[str, int] = field(default_factory=dict)
    """Names that are given again, with the line where."""

    def get(self, name: str, environ: Mapping[str, str]) -> str | None:
        """The value of a variable, those in it filled in from the environment and from the lines before it.

        None when it is not there or empty; UsageError for one that is given twice or cannot be filled in.
        """
        if name not in self.variables:
            return None
        line, text = self.variables[name]
        if name in self.twice:
            raise UsageError(f"{self.path}:{self.twice[name]}: {name} is given twice, first in line {line}")

        def before(other: str) -> str | None:
            if other in environ:
                return environ[other]
            return self.get(other, environ) if self.line(other) < line else None

        try:
            value: str = fill(text, before).value
        except Unfilled as error:
            raise UsageError(f"{self.path}:{line}: {name}: {error}") from error
        return value or None

    def line(self, name: str) -> int:
        """The line of a variable; beyond the last when it is not there."""
        return self.variables[name][0] if name in self.variables else len(self.variables) + 10**9


def find_env_file(
    given: str | Path | None, environ: Mapping[str, str], folder: Path
) -> tuple[Path, str] | None:
    """Which env file is to be read and why, or None; one that is named need not be in the folder."""
    if given is not None:
        return Path(given), "--env-file"
    for name in PATH_VARIABLES:
        if environ.get(name):
            return Path(environ[name]), name
    return find_candidate(CANDIDATES, folder)


def read_env_file(path: Path, folder: Path) -> EnvFile:
    """The variables of an env file; UsageError when it cannot be read, or says which line is none."""
    text = read_text(path, folder, hint="it is to be an env file: check the path")
    variables: dict[str, tuple[int, str]] = {}
    twice: dict[str, int] = {}
    for binding in parse_stream(StringIO(text)):
        written = binding.original.string
        line = binding.original.line + written[: len(written) - len(written.lstrip())].count("\n")
        if binding.error:
            raise UsageError(f"{path}:{line}: not NAME=value", hint="a comment begins with #")
        if binding.key is None or binding.value is None:
            continue
        if binding.key in variables:
            twice[binding.key] = line
        else:
            variables[binding.key] = (line, binding.value)
    return EnvFile(path, variables, twice)
