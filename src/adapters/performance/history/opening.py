"""Connections to a history: for reading and for writing, each a transaction, and what goes wrong said in words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from ..errors import HistoryError
from .migrations import NEWEST, refuse_newer, upgrade, version_of
from .place import Place
from .trouble import trouble

WAIT_S = 10.0
"""How long a writer waits for another's transaction to end."""

_IGNORED = "history.db*\n"


class Database:
    """A history that may be used from several threads: each reading or writing has a connection of its own."""

    def __init__(self, place: Place, *, wait_s: float = WAIT_S) -> None:
        self.place = place
        self._wait_s = wait_s
        self._writer = self._engine(writes=True)
        self._reader = self._engine(writes=False)
        self._ready = False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write, in the newest schema; HistoryError, and nothing written, when it cannot."""
        with self._said():
            self._prepare()
            with self._writer.begin() as connection:
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A transaction that reads; None where there is no history yet."""
        with self._said():
            version = self._version()
            refuse_newer(version, self.place.shown)
            if 0 < version < NEWEST:
                self._prepare()
            if not version:
                yield None
                return
            with self._reader.begin() as connection:
                yield connection

    def check(self) -> None:
        """HistoryError when it is known already that nothing can be written here; makes nothing that is not there."""
        path = self.place.path
        with self._said():
            if path is not None and not path.exists():
                _check_folder(path)
                return
            refuse_newer(self._version(), self.place.shown)
            with self._writer.connect() as connection:
                connection.execute(text("SELECT 1"))
                connection.rollback()
        if path is not None:
            _check_folder(path)

    def _prepare(self) -> None:
        """The file and the newest schema are there; a database that is not ours to touch is left as it is."""
        if self._ready:
            return
        path = self.place.path
        version = self._version()
        refuse_newer(version, self.place.shown)
        if path is not None:
            _make_folder(path)
            if not path.exists() or not path.stat().st_size or version:
                _use_wal(path, self._wait_s)
        if version < NEWEST:
            with self._writer.begin() as connection:
                upgrade(connection, self.place.shown)
        self._ready = True

    def _version(self) -> int:
        path = self.place.path
        if path is not None and (not path.exists() or not path.stat().st_size):
            return 0
        with self._reader.connect() as connection:
            return version_of(connection)

    def _engine(self, *, writes: bool) -> Engine:
        if self.place.path is None:
            return _postgres(self.place, self._wait_s)
        return _sqlite(self.place.path, self._wait_s, writes=writes)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise trouble(error, self.place) from error


def _sqlite(path: Path, wait_s: float, *, writes: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(str(path.resolve()))}?{'mode=rwc' if writes else _reading_mode(path)}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=wait_s, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _reading_mode(path: Path) -> str:
    """Who may write tidies up when closing; a file in a folder that cannot be written is read as it stands."""
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return "mode=rw"
    wal = path.with_name(path.name + "-wal")
    return "mode=ro" if wal.exists() else "mode=ro&immutable=1"


def _use_wal(path: Path, wait_s: float) -> None:
    """Readers and a writer do not wait for each other; the file remembers it."""
    connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
    try:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _postgres(place: Place, wait_s: float) -> Engine:
    if find_spec("psycopg") is None:
        raise HistoryError(
            f"{place.shown}: PostgreSQL needs psycopg, which is not installed",
            hint="pip install 'polyload[postgres]'",
        )
    assert place.url is not None
    options: dict[str, Any] = {"connect_timeout": max(2, round(wait_s))}
    return create_engine(place.url, connect_args=options, poolclass=NullPool)


def _make_folder(path: Path) -> None:
    folder = path.parent
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    if folder.name == ".polyload":
        (folder / ".gitignore").write_text(_IGNORED)


def _check_folder(path: Path) -> None:
    """HistoryError unless the nearest folder that is there takes a file, and the disk has room for one more run."""
    import tempfile

    folder = next(parent for parent in path.resolve().parents if parent.is_dir())
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(1 << 20))
        file.flush()
