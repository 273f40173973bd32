"""Raw samples as ``.npz``: a zip of ``.npy`` files that numpy opens, written a chunk at a time.

Members are ``0/end_s.npy``, ``0/name.npy`` …, then ``1/…``: one folder a chunk, one file a column (see ``columns``).
The last is ``meta.json`` with the tables of names and of kinds of failures, the ratio, and how many rows there are.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from .columns import COLUMNS, Chunk

META = "meta.json"


class NpzWriter:
    """Writes chunks; one that cannot be written leaves those before it as they were."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b", buffering=0)
        self._zip = zipfile.ZipFile(self._file, "w")
        self._chunks = 0

    def write(self, chunk: Chunk, names: list[str], kinds: list[str]) -> None:
        """Appends a chunk; OSError when the file system does not take it."""
        end, members = self._zip.start_dir, len(self._zip.filelist)
        try:
            for column, values in chunk.items():
                self._zip.writestr(f"{self._chunks}/{column}.npy", _npy(values))
        except OSError:
            self._back_to(end, members)
            raise
        self._chunks += 1

    def close(self, meta: dict[str, Any]) -> None:
        """Ends the file; OSError when that does not fit any more."""
        try:
            self._zip.writestr(META, json.dumps(meta))
            self._zip.close()
        finally:
            self._zip.fp = None  # else it would try again when it is collected
            self._file.close()

    def _back_to(self, end: int | None, members: int) -> None:
        """Forgets what was written after the last whole chunk."""
        assert end is not None
        for member in self._zip.filelist[members:]:
            self._zip.NameToInfo.pop(member.filename, None)
        del self._zip.filelist[members:]
        self._zip.start_dir = end
        self._file.truncate(end)


def _npy(values: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def read_npz(path: Path) -> tuple[list[Chunk], dict[str, Any]]:
    """The chunks of a file and what it says of itself; ValueError when it is no such file."""
    meta, chunks = stream_npz(path)
    return list(chunks), meta


def stream_npz(path: Path) -> tuple[dict[str, Any], Iterator[Chunk]]:
    """What a file says of itself, and its chunks as they are read; ValueError when it is no such file."""
    with zipfile.ZipFile(path) as archive:
        if META not in archive.namelist():
            raise ValueError("it has no meta.json")
        return json.loads(archive.read(META)), _chunks(path)


def _chunks(path: Path) -> Iterator[Chunk]:
    with zipfile.ZipFile(path) as archive:
        members = set(archive.namelist())
        for number in count():
            if f"{number}/end_s.npy" not in members:
                return
            yield {column: _column(archive, f"{number}/{column}.npy") for column in COLUMNS}


def _column(archive: zipfile.ZipFile, member: str) -> np.ndarray[Any, Any]:
    with archive.open(member) as file:
        return np.lib.format.read_array(file, allow_pickle=False)
