"""ab's two tables: each request to a millisecond and to the second of its start, and percentiles to a microsecond.

Both are sorted by time taken, so that a row's rank says where it lies among the percentiles. Between those its time
is interpolated, and kept within the millisecond that the row itself tells; the error is under 1 ms, and under the
distance of two percentiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from ...errors import EngineFailed
from ...metrics.samples import FloatArray, IntArray

_CHUNK = 500_000
_GOLDEN = (5**0.5 - 1) / 2
_SECONDS, _TOTAL_MS = 1, 4


@dataclass(frozen=True, slots=True)
class Rows:
    """Some of the requests, in the order of ``rank``: the second of the clock they began in, and what they took."""

    rank: IntArray
    started_second: IntArray
    latency_ns: FloatArray


def read_rows(rows: Path, percentiles: Path, count: int) -> Iterator[Rows]:
    """The table of ``count`` requests in parts; EngineFailed when it holds another number of them."""
    ranks, values_ns = read_percentiles(percentiles, count)
    first = 0
    with _opened(rows) as lines:
        next(lines, None)
        while first < count and (part := list(islice(lines, _CHUNK))):
            table = _columns(part)
            rank = np.arange(first, first + len(table))
            first += len(table)
            latency_ns = refine(rank, table[:, 1], ranks, values_ns)
            latency_ns[table[:, 0] == 0] = np.nan  # it was being noted down when the run was stopped
            yield Rows(rank, table[:, 0], latency_ns)
    if first != count:
        raise EngineFailed(f"ab's table holds {first} requests, its report tells of {count}")


def _columns(lines: list[str]) -> IntArray:
    try:
        return np.loadtxt(lines, np.int64, delimiter="\t", usecols=(_SECONDS, _TOTAL_MS), ndmin=2)
    except ValueError as error:
        raise EngineFailed(f"ab's table of requests cannot be read: {error}") from error


def read_percentiles(path: Path, count: int) -> tuple[FloatArray, FloatArray]:
    """The ranks that ab's percentiles stand for, ascending, and their values in nanoseconds.

    The p-th is that of rank ``floor(0.5 + count * p / 100)``; with few requests ab reads past the last of them.
    """
    with _opened(path) as lines:
        next(lines, None)
        known: dict[int, float] = {}
        for line in lines:
            percent, _, ms = line.partition(",")
            rank = _rank(_number(percent), count)
            if rank < count:
                known.setdefault(rank, _number(ms) * 1e6)
    if not known:
        raise EngineFailed("ab's table of percentiles is empty")
    ranks = sorted(known)
    return np.array(ranks, dtype=np.float64), np.array([known[rank] for rank in ranks])


def _rank(percent: float, count: int) -> int:
    if percent >= 100:
        return count - 1
    return int(0.5 + count * percent / 100.0) if percent > 0 else 0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise EngineFailed(f"ab's table of percentiles holds {text!r}") from error


def refine(rank: IntArray, ms: IntArray, known_ranks: FloatArray, known_ns: FloatArray) -> FloatArray:
    """Latencies in nanoseconds from whole, rounded milliseconds and what is known of some ranks."""
    rounded = ms * 1e6
    between = np.interp(rank, known_ranks, known_ns)
    refined: FloatArray = np.clip(between, np.maximum(rounded - 0.5e6, 0), rounded + 0.499e6)
    return refined


def ends_s(rows: Rows, started_at: float, taken_s: float) -> FloatArray:
    """When the requests ended, in seconds since the run began.

    ab tells the second of the clock in which a request began: within it, and within the run, the beginnings are
    spread evenly.
    """
    took_s = rows.latency_ns / 1e9
    second = rows.started_second - started_at
    earliest = np.maximum(second, 0.0)
    latest = np.maximum(np.minimum(second + 1.0, taken_s - took_s), earliest)
    begun = earliest + (rows.rank * _GOLDEN) % 1.0 * (latest - earliest)
    ended: FloatArray = np.minimum(begun + took_s, np.nextafter(taken_s, 0.0))
    return ended


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="ascii", errors="replace")
    except OSError as error:
        raise EngineFailed(f"ab did not write {path.name}: {error.strerror}") from error
