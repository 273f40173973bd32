"""Text files of a working folder: the first of several names, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import UsageError
from ..plan.logs import log


def find_candidate(names: Sequence[str], folder: Path) -> tuple[Path, str] | None:
    """The first of these files that is in the folder, and why it is read."""
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    return None if found is None else (found.relative_to(folder), "found in the working folder")


def read_text(path: Path, folder: Path, *, hint: str) -> str:
    """The text of a file; UsageError, with the hint, when it cannot be read."""
    log.debug("%s is read for settings", path)
    try:
        return (folder / path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 text: {error.reason} at byte {error.start}") from error
