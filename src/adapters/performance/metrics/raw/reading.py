"""Reading files of raw samples, whatever their format."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UsageError
from .columns import COLUMNS, FORMAT, SUCCESS, Array, Chunk
from .npz import stream_npz


@dataclass(frozen=True, slots=True)
class RawSamples:
    """A file of raw samples: arrays of the same length by column, a row for each request that was written.

    ``name`` and ``error`` are texts, ``error`` the kind of failure and None for a success; all else is numbers, NaN
    where unknown. ``end_s`` counts seconds from ``started_at``. ``ratio`` is the share of the run's ``requests`` that
    was asked for.
    """

    columns: Mapping[str, Array]
    ratio: float
    requests: int
    started_at: datetime | None

    def __len__(self) -> int:
        return len(self.columns["end_s"])

    def __getitem__(self, column: str) -> Array:
        return self.columns[column]


def read_samples(path: str | Path) -> RawSamples:
    """All rows of a file that ``samples`` made; UsageError when it is none. Needs memory for the whole of it."""
    meta, streamed = stream_samples(path)
    chunks = list(streamed)
    empty = {column: np.empty(0, kind) for column, kind in COLUMNS.items()}
    columns = {column: np.concatenate([chunk[column] for chunk in (empty, *chunks)]) for column in COLUMNS}
    columns["name"] = _texts(meta["names"])[columns["name"]]
    columns["error"] = _texts([*meta["errors"], None])[columns["error"]]
    started_at = meta["started_at"]
    return RawSamples(
        columns=columns,
        ratio=meta["ratio"],
        requests=meta["requests"],
        started_at=None if started_at is None else datetime.fromisoformat(started_at),
    )


def stream_samples(path: str | Path) -> tuple[dict[str, Any], Iterator[Chunk]]:
    """What a file of raw samples says of itself, and its rows a chunk at a time; UsageError when it is none.

    ``name`` and ``error`` are still numbers, of the texts in ``names`` and ``errors``. Parquet is read as a whole.
    """
    path = Path(path)
    try:
        if path.suffix.lower() == ".parquet":
            from .parquet import read_parquet

            whole, meta = read_parquet(path)
            chunks = iter(whole)
        else:
            meta, chunks = stream_npz(path)
        if meta["format"] != FORMAT:
            raise ValueError(f"its format is {meta['format']!r}, not {FORMAT!r}")
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{path}: reading Parquet needs pyarrow", hint="pip install 'polyload[parquet]'"
        ) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path}: is no file of raw samples: {error}") from error
    return meta, chunks


def _texts(texts: list[str | None]) -> Array:
    """Texts as an array, so that numbers of texts index it; the last stands at -1."""
    assert SUCCESS == -1
    return np.array(texts, dtype=object)
