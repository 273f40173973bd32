"""Writing reports: destinations checked before the load starts, and files replaced as a whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, TypeVar

from ..errors import ReportError, UsageError
from ..plan.logs import log

R = TypeVar("R")

STDOUT = "-"
FORMATS = {
    "html": ".html",
    "json": ".json",
    "markdown": ".markdown",
    "junit": ".junit",
    "csv": ".csv",
    "windows-csv": ".windows_csv",
    "xml": ".xml",
    "summary": ".summary",
    "percentiles": ".percentiles",
    "hgrm": ".hgrm",
    "openmetrics": ".openmetrics",
}
"""Formats of runs, each with the module whose ``render`` makes it, imported when used."""

_ALIASES = {"md": "markdown", "htm": "html", "metrics": "openmetrics"}


@dataclass(frozen=True, slots=True)
class Destination:
    """A report that was asked for: its format, and the file it goes to (``-`` is standard output)."""

    format: str
    path: str

    @property
    def to_stdout(self) -> bool:
        """Whether it goes to standard output."""
        return self.path == STDOUT


def parse_destination(text: str, formats: Iterable[str] = FORMATS, of: str = "a run") -> Destination:
    """The destination written ``FORMAT=FILE``; UsageError names the formats that there are of such a result."""
    name, equals, path = text.partition("=")
    known = _ALIASES.get(name, name)
    there_are = f"there are {', '.join(formats)}"
    if not equals or not path:
        raise UsageError(
            f"not FORMAT=FILE: {text!r}", hint=f"write for example html=report.html; {there_are}"
        )
    if known not in FORMATS:
        raise UsageError(f"no report format is called {name!r}", hint=there_are)
    if known not in formats:
        raise UsageError(f"{of} has no report as {known}", hint=there_are)
    return Destination(known, path)


def renderer(name: str) -> Callable[..., str]:
    """The function that makes a format."""
    render: Callable[..., str] = import_module(FORMATS[name], __package__).render
    return render


def check_destinations(destinations: Sequence[Destination], inputs: Iterable[str] = ()) -> None:
    """Raises ReportError unless each destination can be written; UsageError for two the same, or an input file."""
    seen: set[str] = set()
    for destination in destinations:
        key = STDOUT if destination.to_stdout else str(Path(destination.path).resolve())
        if key in seen:
            raise UsageError(
                f"two reports would go to {destination.path!r}", hint="give each a file of its own"
            )
        seen.add(key)
        if not destination.to_stdout:
            for read in inputs:
                _check_other_file(destination.path, read)
            _check_writable(Path(destination.path))


def _check_other_file(path: str, read: str) -> None:
    if Path(path).exists() and Path(read).exists() and Path(path).samefile(read):
        raise UsageError(
            f"the result would overwrite {read}, which it is made from", hint="give it a file of its own"
        )


def write_reports(
    result: R, destinations: Sequence[Destination], find: Callable[[str], Callable[[R], str]] = renderer
) -> list[ReportError]:
    """Write every report and return what went wrong: one that fails does not keep the others from being written.

    ``find`` gives the function that makes a format.
    """
    problems = []
    for destination in destinations:
        try:
            text = find(destination.format)(result)
            if destination.to_stdout:
                sys.stdout.write(text)
            else:
                write_text(Path(destination.path), text)
        except ReportError as error:
            problems.append(error)
    return problems


def write_text(path: Path, text: str) -> None:
    """Write a file by way of a temporary one beside it, so that no reader ever sees half of it.

    A symbolic link keeps pointing where it did, and what is no regular file, such as a pipe, is written directly.
    """
    target = path.resolve()
    log.debug("%s is written: %d characters", path, len(text))
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
        else:
            _replace(target, text.encode())
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of this one when all is written; else nothing stays of it."""
    target = path.resolve()
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(target)
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor is no path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _check_writable(path: Path) -> None:
    """Try it: permissions alone do not tell of read-only file systems, or of the superuser."""
    target = path.resolve()
    if target.is_dir():
        raise ReportError(f"{path}: is a folder", hint="give the name of a file in it")
    if not target.parent.is_dir():
        raise ReportError(
            f"{path}: there is no folder {target.parent}", hint="create it, or give another file"
        )
    if target.exists() and not target.is_file():
        if not os.access(target, os.W_OK):
            raise ReportError(f"{path}: cannot be written")
        return
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error
