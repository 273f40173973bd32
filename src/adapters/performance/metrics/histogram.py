"""Histogram: how long things took, as log-linear counts over nanoseconds that merge by addition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .bins import (
    BASE,
    BIN_COUNT,
    LIMIT_NS,
    SHIFT,
    Bins,
    FloatArray,
    IntArray,
    bin_of,
    hits,
    lower_edges,
    midpoints,
    upper_edges,
)

_CHUNK = 1 << 16
_EXACT_FLOAT = 2.0**53
_SPARSE_FACTOR = 4
_FORMAT = 1
_COUNTERS = ("count", "sum_ns", "negative", "invalid", "overflow")


class Histogram:
    """Counts of whole nanoseconds, 1 ns to 73 minutes, with a quantile error of at most 0.05 %.

    ``count``, ``sum_ns``, ``min_ns`` and ``max_ns`` are exact, so merging in any order gives equal objects.
    Values that cannot be a duration are counted apart and are not in ``count``: ``negative``, ``invalid``
    (NaN, infinite) and ``overflow`` (2**42 ns or more). Zero is valid. Not safe for use by several threads.
    """

    __slots__ = ("_bins", "count", "invalid", "max_ns", "min_ns", "negative", "overflow", "sum_ns")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.count = 0
        self.sum_ns = 0
        self.min_ns: int | None = None
        self.max_ns: int | None = None
        self.negative = 0
        self.invalid = 0
        self.overflow = 0
        self._bins = Bins()

    # Filling

    def record(self, values_ns: npt.ArrayLike) -> None:
        """Count an array of durations in nanoseconds, of any shape."""
        values = np.asarray(values_ns, dtype=np.float64).ravel()
        for start in range(0, len(values), _CHUNK):
            self._record_chunk(values[start : start + _CHUNK])

    def record_one(self, value_ns: float) -> None:
        """Count one duration in nanoseconds."""
        if not 0 <= value_ns < LIMIT_NS - 1:
            self.record([value_ns])
            return
        whole = round(value_ns)
        self._note(1, whole, whole, whole)
        self._bins.add_run(bin_of(whole), _ONE)

    def _record_chunk(self, values: FloatArray) -> None:
        low, high = values.min(), values.max()
        if not (low >= 0 and high < LIMIT_NS - 1):  # NaN fails both
            values = self._valid(values)
            if not len(values):
                return
            low, high = values.min(), values.max()
        whole = np.rint(values)
        exact = high * len(values) < _EXACT_FLOAT  # then no partial sum needs more than 53 bits
        total = int(whole.sum() if exact else whole.astype(np.int64).sum())
        self._note(len(values), total, round(float(low)), round(float(high)))
        if low < 1:
            np.maximum(whole, 1.0, out=whole)
        self._count_bins(whole, bin_of(round(float(low))))

    def _count_bins(self, whole: FloatArray, first: int) -> None:
        index = whole.view(np.int64)
        index >>= SHIFT
        index -= BASE + first
        counts = np.bincount(index)
        if len(counts) < _SPARSE_FACTOR * len(index):
            self._bins.add_run(first, counts)
        else:
            hit = hits(counts)
            self._bins.add_at(hit + first, counts[hit])

    def _valid(self, values: FloatArray) -> FloatArray:
        """The values that can be counted; the others are noted by what is wrong with them."""
        finite = values[np.isfinite(values)]
        positive = finite[finite >= 0]
        valid: FloatArray = positive[np.rint(positive) < LIMIT_NS]
        self.invalid += len(values) - len(finite)
        self.negative += len(finite) - len(positive)
        self.overflow += len(positive) - len(valid)
        return valid

    def _note(self, count: int, total: int, low: int, high: int) -> None:
        self.count += count
        self.sum_ns += total
        self.min_ns = low if self.min_ns is None else min(self.min_ns, low)
        self.max_ns = high if self.max_ns is None else max(self.max_ns, high)

    # Merging

    def merge(self, other: Histogram) -> None:
        """Add another's values to this one; the other is left as it is."""
        self.negative += other.negative
        self.invalid += other.invalid
        self.overflow += other.overflow
        if other.min_ns is not None and other.max_ns is not None:
            self._note(other.count, other.sum_ns, other.min_ns, other.max_ns)
            self._bins.merge(other._bins)

    @classmethod
    def total(cls, parts: Sequence[Histogram]) -> Histogram:
        """The sum of many histograms, faster in one go than merged one by one; the parts are left as they are."""
        made = cls()
        for part in parts:
            made.negative += part.negative
            made.invalid += part.invalid
            made.overflow += part.overflow
            if part.min_ns is not None and part.max_ns is not None:
                made._note(part.count, part.sum_ns, part.min_ns, part.max_ns)
        made._bins.add_all([part._bins for part in parts if part.count])
        return made

    def __add__(self, other: Histogram) -> Histogram:
        total = self.copy()
        total.merge(other)
        return total

    def copy(self) -> Histogram:
        """An independent copy."""
        twin = Histogram()
        for name in (*_COUNTERS, "min_ns", "max_ns"):
            setattr(twin, name, getattr(self, name))
        twin._bins = self._bins.copy()
        return twin

    def compact(self) -> Histogram:
        """Take the smallest form in memory, for one that is kept but seldom added to; returns itself."""
        self._bins.compact()
        return self

    def pack(self) -> Histogram:
        """Take a smaller form still, for one that is kept and hardly ever read; returns itself."""
        self._bins.pack()
        return self

    @property
    def nbytes(self) -> int:
        """Bytes held in arrays."""
        return self._bins.nbytes

    # Reading

    def quantile(self, q: float) -> float | None:
        """The q-quantile in nanoseconds, None when empty; see `quantiles`."""
        return self.quantiles((q,))[0]

    def quantiles(self, qs: Sequence[float]) -> list[float | None]:
        """Quantiles in nanoseconds by nearest rank (numpy's method ``inverted_cdf``), None when empty.

        The middle of the bin that holds the rank; the first and the last rank are exact.
        """
        if any(not 0 <= q <= 1 for q in qs):
            raise ValueError(f"quantiles lie between 0 and 1, not {list(qs)}")
        if self.min_ns is None or self.max_ns is None:
            return [None] * len(qs)
        index, counts = self._bins.nonzero()
        middle = np.clip(midpoints(index), self.min_ns, self.max_ns)
        ranks = [max(1, math.ceil(self.count * q - 1) + 1) for q in qs]
        values = middle[np.searchsorted(np.cumsum(counts), np.minimum(ranks, self.count))]
        ends = {1: float(self.min_ns), self.count: float(self.max_ns)}
        return [ends.get(rank, float(value)) for rank, value in zip(ranks, values, strict=True)]

    @property
    def mean_ns(self) -> float | None:
        """The exact mean in nanoseconds, None when empty."""
        return self.sum_ns / self.count if self.count else None

    @property
    def stdev_ns(self) -> float | None:
        """The standard deviation of the population in nanoseconds, from bin middles; None when empty."""
        if self.mean_ns is None:
            return None
        index, counts = self._bins.nonzero()
        off = np.clip(midpoints(index), self.min_ns, self.max_ns) - self.mean_ns
        return math.sqrt(float(counts @ (off * off)) / self.count)

    def nonzero(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """Lower edges, upper edges (nanoseconds) and counts of the bins that were hit, ascending."""
        index, counts = self._bins.nonzero()
        return lower_edges(index), upper_edges(index), counts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.to_dict() == other.to_dict()

    def __repr__(self) -> str:
        return f"<Histogram count={self.count} min_ns={self.min_ns} max_ns={self.max_ns}>"

    # As JSON

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values: the exact figures, and the bins that were hit with their counts."""
        index, counts = self._bins.nonzero()
        figures = {name: getattr(self, name) for name in (*_COUNTERS, "min_ns", "max_ns")}
        return {"format": _FORMAT, **figures, "bins": index.tolist(), "counts": counts.tolist()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Histogram:
        """The histogram that `to_dict` wrote; ValueError when the figures contradict one another."""
        if data.get("format") != _FORMAT:
            raise ValueError(f"a histogram of format {data.get('format')!r}; this version reads {_FORMAT}")
        read = cls()
        for name in _COUNTERS:
            setattr(read, name, _natural(data, name))
        if read.count:
            read.min_ns, read.max_ns = _natural(data, "min_ns"), _natural(data, "max_ns")
        read._bins.add_at(*_checked_bins(read, data))
        return read


_ONE: IntArray = np.ones(1, dtype=np.int64)


def _natural(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    if type(value) is not int or value < 0:
        raise ValueError(f"a histogram's {name} is a whole number from 0, not {value!r}")
    return value


def _checked_bins(read: Histogram, data: Mapping[str, Any]) -> tuple[IntArray, IntArray]:
    """The bins and counts in ``data``, when they agree with the exact figures already read."""
    bins, counts = data.get("bins"), data.get("counts")
    if not (isinstance(bins, list) and isinstance(counts, list) and len(bins) == len(counts)):
        raise ValueError("a histogram's bins and counts are two lists of the same length")
    if any(type(value) is not int for value in (*bins, *counts)):
        raise ValueError("a histogram's bins and counts are whole numbers")
    ascending = all(a < b for a, b in pairwise(bins))
    if not ascending or (bins and not 0 <= bins[0] <= bins[-1] < BIN_COUNT) or any(n < 1 for n in counts):
        raise ValueError("a histogram's bins ascend within its range, each with a count of at least 1")
    if sum(counts) != read.count or not _agrees(read, bins):
        raise ValueError("a histogram's bins contradict its count, sum, minimum or maximum")
    return np.array(bins, dtype=np.int64), np.array(counts, dtype=np.int64)


def _agrees(read: Histogram, bins: list[int]) -> bool:
    if read.min_ns is None or read.max_ns is None:
        return not bins and read.sum_ns == 0
    in_range = read.min_ns <= read.max_ns < LIMIT_NS
    ends = in_range and (bin_of(read.min_ns), bin_of(read.max_ns)) == (bins[0], bins[-1])
    return ends and read.count * read.min_ns <= read.sum_ns <= read.count * read.max_ns
