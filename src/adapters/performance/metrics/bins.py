"""Bins: how often each bin of a histogram was hit, stored dense, sparse or packed.

Bin ``i`` covers ``[2**(i // 1024) * (1 + i % 1024 / 1024), …)`` nanoseconds: the exponent and the first ten
bits of the mantissa of a float64, so that a bin is 1/1024 of its value wide (HdrHistogram's log-linear
layout, http://hdrhistogram.org).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SUB_BITS = 10
SHIFT = 52 - SUB_BITS
OCTAVE = 1 << SUB_BITS
BASE = 1023 << SUB_BITS  # the bin number of 1.0 before it is moved to 0
OCTAVES = 42
BIN_COUNT = OCTAVES << SUB_BITS
LIMIT_NS = 2**OCTAVES  # about 73 minutes

_EMPTY: IntArray = np.empty(0, dtype=np.int64)
_EMPTY.flags.writeable = False
_WIDEST = np.dtype(np.int64)


def bin_of(value_ns: float) -> int:
    """The bin of a value in [0, 2**42) nanoseconds; everything under 1 ns shares bin 0."""
    return int(np.float64(max(value_ns, 1.0)).view(np.int64) >> SHIFT) - BASE


def hits(counts: npt.NDArray[Any]) -> IntArray:
    """Where counts are not 0; numpy finds that several times faster in booleans than in numbers."""
    return np.flatnonzero(counts != 0)


def lower_edges(index: IntArray) -> FloatArray:
    """The lower edge in nanoseconds of each bin; bin 0 also holds zeros."""
    edges = ((index + BASE) << SHIFT).view(np.float64)
    return np.where(index == 0, 0.0, edges)


def upper_edges(index: IntArray) -> FloatArray:
    """The upper edge in nanoseconds of each bin, itself outside of it."""
    return ((index + (BASE + 1)) << SHIFT).view(np.float64)


def midpoints(index: IntArray) -> FloatArray:
    """The middle of the whole nanoseconds that fall into each bin; exact under 2048 ns."""
    lowest = np.ceil(((index + BASE) << SHIFT).view(np.float64))
    highest = np.ceil(upper_edges(index)) - 1.0
    return (lowest + highest) / 2.0


class Bins:
    """Counts per bin: dense over whole octaves while it is being filled, sparse when that is smaller.

    Packed, it is the sparse form's gaps and counts, compressed; what is added to it unpacks it.
    """

    __slots__ = ("_counts", "_first", "_index", "_packed")

    def __init__(self) -> None:
        self._first = 0  # dense: the bin of _counts[0]
        self._index: npt.NDArray[Any] | None = _EMPTY  # sparse: the bin of each count; None when dense
        self._counts: npt.NDArray[Any] = _EMPTY
        self._packed: tuple[bytes, str, bytes, str] | None = None  # gaps and counts, each with its type

    def add_run(self, first: int, counts: npt.NDArray[Any]) -> None:
        """Add counts of consecutive bins, beginning with bin ``first``."""
        self._cover(first, first + len(counts))
        start = first - self._first
        self._counts[start : start + len(counts)] += counts

    def add_at(self, index: IntArray, counts: npt.NDArray[Any]) -> None:
        """Add counts at the given bins, which are sorted and distinct."""
        if not len(index):
            return
        self._unpack()
        if self._counts is _EMPTY:
            self._index, self._counts = index.astype(np.uint16), counts.astype(np.int64)
            return
        sparse = self._index is not None
        self._cover(int(index[0]), int(index[-1]) + 1)
        self._counts[index - self._first] += counts
        if sparse:
            self._shrink()

    def merge(self, other: Bins) -> None:
        """Add another's counts; the other is left as it is."""
        if other._index is None:
            self.add_run(other._first, other._counts)
        else:
            self.add_at(*other.nonzero())

    def add_all(self, others: Sequence[Bins]) -> None:
        """Add the counts of many others; they are left as they are."""
        if not others:
            return
        found = [other.nonzero() for other in others]
        index = np.concatenate([index for index, _ in found])
        first = int(index.min())
        counts = np.bincount(index - first, np.concatenate([counts for _, counts in found]))
        hit = hits(counts)
        self.add_at(hit + first, counts[hit].astype(np.int64))

    def nonzero(self) -> tuple[IntArray, IntArray]:
        """The bins that were hit, in ascending order, and their counts."""
        if self._packed is not None:
            gaps, gap_type, counts, count_type = self._packed
            return _inflated(gaps, gap_type).cumsum(), _inflated(counts, count_type)
        if self._index is not None:
            return self._index.astype(np.int64), self._counts.astype(np.int64)
        hit = hits(self._counts)
        return hit + self._first, self._counts[hit]

    def compact(self) -> None:
        """Take the smallest form that is quickly read: as few bytes per count as possible, and dense if smaller."""
        self._unpack()
        self._shrink()
        if self._index is not None and len(self._counts):
            narrow = np.min_scalar_type(int(self._counts.max()))
            self._counts = self._counts.astype(min(narrow, _WIDEST, key=lambda kind: kind.itemsize))

    def pack(self) -> None:
        """Take the smallest form there is, which takes a tenth of a millisecond, for one that is hardly ever read."""
        index, counts = self.nonzero()
        self._packed = (*_deflated(np.diff(index, prepend=0)), *_deflated(counts))
        self._first, self._index, self._counts = 0, _EMPTY, _EMPTY

    def _unpack(self) -> None:
        if self._packed is not None:
            index, self._counts = self.nonzero()
            self._index, self._packed = index.astype(np.uint16), None

    def _shrink(self) -> None:
        """Go sparse when that is smaller."""
        index, counts = self.nonzero()
        if len(index) * (2 + counts.itemsize) < self._counts.nbytes:
            self._index, self._counts = index.astype(np.uint16), counts

    def copy(self) -> Bins:
        """An independent copy."""
        twin = Bins()
        twin._packed = self._packed
        twin._first = self._first
        twin._index = self._index  # never changed in place
        twin._counts = self._counts.copy() if self._index is None else self._counts
        return twin

    @property
    def nbytes(self) -> int:
        """Bytes held in arrays."""
        if self._packed is not None:
            return len(self._packed[0]) + len(self._packed[2])
        return self._counts.nbytes + (0 if self._index is None else self._index.nbytes)

    def _cover(self, first: int, stop: int) -> None:
        """Go dense, or grow, so that the bins in [first, stop) have a place; whole octaves at a time."""
        self._unpack()
        if self._index is None and self._first <= first and stop <= self._first + len(self._counts):
            return
        index, counts = self.nonzero()
        if self._index is None:
            first, stop = min(first, self._first), max(stop, self._first + len(self._counts))
        elif len(index):
            first, stop = min(first, int(index[0])), max(stop, int(index[-1]) + 1)
        first -= first % OCTAVE
        stop += -stop % OCTAVE
        dense = np.zeros(stop - first, dtype=np.int64)
        dense[index - first] = counts
        self._first, self._index, self._counts = first, None, dense


def _deflated(values: IntArray) -> tuple[bytes, str]:
    """Whole numbers from 0, compressed, and the type they have when they are not."""
    kind = np.min_scalar_type(int(values.max(initial=0)))
    return zlib.compress(values.astype(kind).tobytes(), 1), kind.str


def _inflated(data: bytes, kind: str) -> IntArray:
    return np.frombuffer(zlib.decompress(data), kind).astype(np.int64)
