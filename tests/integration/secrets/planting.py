"""Secrets planted wherever a user can put one, and the hunt for them in everything that is written or said."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import traceback
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
from click.testing import CliRunner

from adapters.performance.cli import main
from adapters.performance.testing import RecordingServer

MARK = "Zq7Kw9Lp4"
"""A part of every planted secret."""
POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


def secret(place: str) -> str:
    """The secret of a place, unlike any other."""
    return f"{MARK}-{place}"


def shapes() -> list[bytes]:
    """The mark as it is, and within base64 at each of the three alignments."""
    inside = [base64.b64encode(b"\0" * shift + MARK.encode()) for shift in range(3)]
    cut = [
        text[2 * (shift > 0) + (shift > 0) + (shift > 1) : 4 * ((shift + len(MARK)) // 3)]
        for shift, text in enumerate(inside)
    ]
    return [MARK.encode(), MARK.lower().encode(), *cut]


def leaks(content: bytes, where: str) -> list[str]:
    """What is around each planted secret in the content."""
    return [
        f"{where}: …{content[max(0, found.start() - 60) : found.end() + 30]!r}"
        for shape in shapes()
        for found in re.finditer(re.escape(shape), content)
    ][:3]


def database_contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every value of a database, those that are compressed also as what they were."""
    with sqlite3.connect(path) as opened:
        tables = [name for (name,) in opened.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in opened.execute(f"select * from {table}"):
                for value in row:
                    content = value if isinstance(value, bytes) else str(value).encode()
                    yield table, content
                    yield table, unpacked(content)


def unpacked(content: bytes) -> bytes:
    for skipped in (0, 1):
        try:
            return zlib.decompress(content[skipped:])
        except zlib.error:
            continue
    return b""


class Hunt:
    """Runs commands in a folder of its own, and searches all that came of them."""

    def __init__(self, folder: Path, server: RecordingServer) -> None:
        self.inputs, self.outputs, self.temporary = folder / "inputs", folder / "outputs", folder / "tmp"
        for one in (self.inputs, self.outputs, self.temporary):
            one.mkdir()
        self.server = server
        self.found: list[str] = []
        self.commands: set[str] = set()

    def file(self, name: str, content: object) -> str:
        """An input file; what is no text is written as JSON, which is YAML too."""
        path = self.inputs / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run(self, *args: str, cwd: Path | None = None, watched: bool = False, **environ: str) -> int:
        """The exit code of a command; all that it printed is searched, and with ``watched`` its processes."""
        history = {"POLYLOAD_HISTORY": str(self.outputs / "history.db")}
        env = {**os.environ, **history, "TMPDIR": str(self.temporary), **environ}
        self.said = self._searched([*POLYLOAD, *args], cwd or self.outputs, env, watched)
        assert "this is a bug" not in self.said, self.said
        return self._code

    def program(self, source: str, *args: str) -> str:
        """What a Python program says; it is searched, and so are its processes."""
        env = {**os.environ, "TMPDIR": str(self.temporary)}
        return self._searched([sys.executable, "-c", source, *args], self.outputs, env, watched=True)

    def _searched(self, command: list[str], cwd: Path, env: dict[str, str], watched: bool) -> str:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=cwd, env=env, **pipes)
        while watched and process.poll() is None:
            self._look_at(process.pid)
        out, err = process.communicate(timeout=90)
        self._code = process.returncode
        self.found += leaks(out, "stdout") + leaks(err, "stderr")
        return (out + err).decode(errors="replace")

    def _look_at(self, pid: int) -> None:
        try:
            for child in psutil.Process(pid).children(recursive=True):
                self.commands.add("\0".join(child.cmdline()))
        except psutil.Error:
            return

    def told(self, *args: str, **environ: str) -> str:
        """What a command that cannot be carried out says, in this process, with and without a traceback."""
        runner = CliRunner()
        for debug in ("1", ""):
            env = {"POLYLOAD_DEBUG": debug, **environ}
            with contextlib.chdir(self.outputs):
                done = runner.invoke(main, args, env=env)
            trace = "".join(traceback.format_exception(done.exception)) if done.exception else ""
            self.found += leaks((done.output + trace).encode(), f"{args[0]} {debug}")
            assert "this is a bug" not in done.output, done.output
        return done.output

    def leaks(self) -> list[str]:
        """Every secret in what was printed, written, stored, or left behind."""
        found = list(self.found)
        for path in [*self.outputs.rglob("*"), *self.temporary.rglob("*")]:
            if path.is_file():
                found += leaks(path.read_bytes(), path.name)
        for path in self.outputs.glob("*.db"):
            for table, content in database_contents(path):
                found += leaks(content, f"{path.name}, {table}")
        return found
