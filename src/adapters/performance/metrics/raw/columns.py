"""The columns of a file of raw samples, and samples as a chunk of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..samples import IntArray, Samples

Array = npt.NDArray[Any]
Chunk = dict[str, Array]

FORMAT = "polyload.samples/1"
SUCCESS = -1
COLUMNS: dict[str, np.dtype[Any]] = {
    "end_s": np.dtype(np.float64),
    "name": np.dtype(np.int32),
    "error": np.dtype(np.int16),
    "status": np.dtype(np.float32),
    "latency_ns": np.dtype(np.float64),
    "response_ns": np.dtype(np.float64),
    "ttfb_ns": np.dtype(np.float64),
    "connect_ns": np.dtype(np.float64),
    "bytes_received": np.dtype(np.float64),
    "bytes_sent": np.dtype(np.float64),
    "worker": np.dtype(np.float32),
}
"""Column to its type as numpy has it; NaN is what is not known of a request.

``end_s`` is when the request ended, in seconds since the run began. ``name`` and ``error`` are numbers of entries in
tables of names and of kinds of failures; an ``error`` of -1 is a success.
"""
WHOLE = ("status", "bytes_received", "bytes_sent", "worker")
"""Columns of whole numbers, floating only so that one may be unknown."""


class Table:
    """Texts numbered in the order in which they were first met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        """The texts by their number."""
        return list(self._numbers)


def chunk_of(samples: Samples, names: Table, kinds: Table) -> Chunk:
    """Samples as columns, with names and kinds of failures numbered by these tables."""
    name = np.array([names.number(text) for text in samples.names], dtype=np.int32)
    kind = np.array([*(kinds.number(kind) for kind, _ in samples.errors), SUCCESS], dtype=np.int16)
    status = samples.status
    columns: Mapping[str, Array | None] = {
        "end_s": samples.end_s,
        "name": name[samples.name],
        "error": kind[np.where(samples.error < 0, len(samples.errors), samples.error)],
        "status": None if status is None else np.where(status > 0, status, np.nan),
        "latency_ns": samples.latency_ns,
        "response_ns": samples.response_ns,
        "ttfb_ns": samples.ttfb_ns,
        "connect_ns": samples.connect_ns,
        "bytes_received": samples.bytes_received,
        "bytes_sent": samples.bytes_sent,
        "worker": samples.worker,
    }
    return {
        column: np.full(len(samples), np.nan, kind)
        if (values := columns[column]) is None
        else values.astype(kind)
        for column, kind in COLUMNS.items()
    }


def thinned(samples: Samples, rows: IntArray) -> Samples:
    """The samples with these numbers only."""
    columns = {field.name: getattr(samples, field.name) for field in fields(samples)}
    kept: dict[str, Any] = {
        name: column[rows] for name, column in columns.items() if isinstance(column, np.ndarray)
    }
    return replace(samples, **kept)
