"""What a database complains of, in words that say what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from ..errors import HistoryError
from .place import Place

_SQLITE = {
    "SQLITE_NOTADB": ("is no database", "give a history that polyload wrote, or a new file"),
    "SQLITE_CORRUPT": ("is damaged", "set the file aside; 'sqlite3 FILE .recover' saves what can be read"),
    "SQLITE_FULL": ("the disk is full", "make room, or remove old runs with 'polyload history prune'"),
    "SQLITE_BUSY": ("another process is writing, and did not end", "try again, or end that process"),
    "SQLITE_LOCKED": ("another process is writing, and did not end", "try again, or end that process"),
    "SQLITE_READONLY": ("cannot be written", "check the permissions, or give another place with --history"),
    "SQLITE_CANTOPEN": ("cannot be opened", "check the path and the permissions"),
    "SQLITE_IOERR": ("cannot be read or written", "check the disk: there may be no room left"),
}


def trouble(error: Exception, place: Place) -> HistoryError:
    """The error that says what happened to a history, where, and what to do."""
    where = f"history {place.shown}"
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", None) or ""
        found = next((told for code, told in _SQLITE.items() if name.startswith(code)), None)
        problem, hint = found or (str(cause), None)
        return HistoryError(f"{where}: {problem}", hint=hint)
    if isinstance(cause, OSError):
        return HistoryError(
            f"{where}: {cause.strerror or cause}", hint="check the path, the permissions and the disk"
        )
    first = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    return HistoryError(f"{where}: {first}", hint="check that the server runs and lets this user in")
