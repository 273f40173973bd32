"""A PostgreSQL of our own for these tests, and a place for a history on each kind of database."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from adapters.performance import History

_numbers = count()


def _missing(reason: str) -> None:
    """Skips, but where every engine is required, as in CI."""
    required = os.environ.get("POLYLOAD_REQUIRE_ENGINES", "").split(",")
    (pytest.fail if {"all", "postgres"} & set(required) else pytest.skip)(reason)


def _programs() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@pytest.fixture(scope="module")  # no longer: other tests look at which processes are left
def postgres() -> Iterator[str]:
    """The URL of a server that takes anybody, without the name of a database."""
    pytest.importorskip("psycopg") if not os.environ.get("POLYLOAD_REQUIRE_ENGINES") else None
    programs = _programs()
    if programs is None:
        _missing("PostgreSQL is not installed: apt-get install postgresql")
    user = "postgres" if os.geteuid() == 0 else None  # the server does not run as the superuser
    folder = tempfile.mkdtemp(prefix="polyload-postgres-")
    if user:
        shutil.chown(folder, user)
    data = f"{folder}/data"
    try:
        subprocess.run(
            [programs / "initdb", "-D", data, "-A", "trust", "-U", "load", "-E", "UTF8", "--no-sync"],
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", folder, "-p", str(port)]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *settings],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(server, port)
            yield f"postgresql://load@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    import time

    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=load dbname=postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new history goes: a file, or a database of its own."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def history(place: str) -> History:
    return History(place)


def new_database(server: str) -> str:
    """The URL of a new, empty database of the server."""
    import psycopg

    name = f"load{next(_numbers)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"
