"""Where raw samples go while a run goes on: a file that is known to be writable, filled a chunk at a time."""

from __future__ import annotations

import os
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ...errors import ReportError
from ...plan.samples import SamplesFile
from ..samples import Samples
from .columns import FORMAT, Chunk, Table, chunk_of, thinned
from .npz import NpzWriter

_CHUNK_ROWS = 1 << 17


class Writer(Protocol):
    """A format."""

    def write(self, chunk: Chunk, names: list[str], kinds: list[str]) -> None:
        """Appends a chunk; OSError when the file system does not take it."""

    def close(self, meta: dict[str, Any]) -> None:
        """Ends the file; OSError when that does not fit any more."""


class SampleSink:
    """Raw samples of one run, on their way to ``FILE.part``, which ``close`` makes FILE.

    ``requests`` is how many requests it was told of, ``rows`` how many are in the file. Holds at most a chunk of rows
    in memory. Once the file cannot be written it only counts.
    """

    def __init__(self, settings: SamplesFile, *, seed: int | None = None) -> None:
        self.settings = settings
        self.seed = seed
        self.requests = 0
        self.rows = 0
        self._problems: dict[str, None] = {}
        self._chance = np.random.default_rng(seed)
        self._names, self._kinds = Table(), Table()
        self._waiting: list[Chunk] = []
        self._waiting_rows = 0
        self._closed = False
        self._target = settings.file.resolve()
        self._part = self._target.with_name(self._target.name + ".part")
        self._writer = _open(settings.file, self._target, self._part)

    def add(self, samples: Samples) -> None:
        """Takes finished requests and keeps the ratio of them that was asked for."""
        kept = samples
        if self.settings.ratio < 1:
            kept = thinned(samples, np.flatnonzero(self._chance.random(len(samples)) < self.settings.ratio))
        self.write(kept, of=len(samples))

    def write(self, samples: Samples, *, of: int) -> None:
        """Takes what was already chosen out of so many finished requests."""
        self.count(of)
        if not self._problems and len(samples):
            self._waiting.append(chunk_of(samples, self._names, self._kinds))
            self._waiting_rows += len(samples)
            if self._waiting_rows >= _CHUNK_ROWS:
                self._flush()

    def count(self, of: int) -> None:
        """Takes note of so many finished requests of which no row was chosen."""
        self.requests += of

    def lose(self, of: int, why: str) -> None:
        """Takes note of so many finished requests whose rows were lost on their way here."""
        self.count(of)
        self._problems[why] = None

    @property
    def problem(self) -> str | None:
        """Why not every row that should be is in the file; None when all are."""
        return "; ".join(self._problems) or None

    def close(self, started_at: datetime | None = None) -> None:
        """Writes what is left and gives the file its name; ``problem`` tells if that failed. Does so once."""
        if self._closed:
            return
        self._closed = True
        self._flush()
        meta = {
            "format": FORMAT,
            "ratio": self.settings.ratio,
            "requests": self.requests,
            "rows": self.rows,
            "started_at": None if started_at is None else started_at.isoformat(),
            "names": self._names.texts,
            "errors": self._kinds.texts,
        }
        try:
            self._writer.close(meta)
            os.replace(self._part, self._target)  # noqa: PTH105
        except OSError as error:
            self._problems[
                f"{_reason(error)}: what was written is left in {self._part}, perhaps unreadable"
            ] = None

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        rows, self._waiting_rows = self._waiting_rows, 0
        if not rows:
            return
        chunk = {column: np.concatenate([part[column] for part in waiting]) for column in waiting[0]}
        try:
            self._writer.write(chunk, self._names.texts, self._kinds.texts)
        except OSError as error:
            self._problems[_reason(error)] = None
        else:
            self.rows += rows


def _open(shown: Path, target: Path, part: Path) -> Writer:
    """A writer of the format that the file's name asks for; ReportError when there can be none."""
    if target.exists() and not target.is_file():
        raise ReportError(f"{shown}: is not a file", hint="raw samples need a file of their own")
    if not target.parent.is_dir():
        raise ReportError(
            f"{shown}: there is no folder {target.parent}", hint="create it, or give another file"
        )
    parquet = shown.suffix.lower() == ".parquet"
    if parquet and find_spec("pyarrow") is None:
        raise ReportError(
            f"{shown}: Parquet needs pyarrow, which is not installed",
            hint="pip install 'polyload[parquet]', or give a file that ends in .npz",
        )
    try:
        if not parquet:
            return NpzWriter(part)
        from .parquet import ParquetWriter

        return ParquetWriter(part)
    except OSError as error:
        raise ReportError(f"{shown}: cannot be written: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
