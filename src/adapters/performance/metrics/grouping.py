"""Grouping: samples sorted into one-second windows and request names, without touching them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .histogram import Histogram
from .samples import FloatArray, IntArray, Samples
from .window import RequestStats, Window, bounded_errors

_FARTHEST_S = 2.0**40
_UNDATED = -(2**41)

Grouped = tuple[int | None, dict[str, RequestStats]]


def windows_of(samples: Samples) -> Iterator[Window]:
    """The samples as windows, by the second in which each request ended; those without one are left out."""
    for second, requests in group(samples):
        if second is not None:
            yield Window(second, requests=requests)


def group(samples: Samples) -> Iterator[Grouped]:
    """The samples per second and name, seconds ascending; second None holds those whose end is unknown."""
    if not len(samples):
        return
    seconds = _seconds(samples.end_s)
    order = _order(seconds, samples.name, len(samples.names))
    seconds, names = seconds[order], samples.name[order]
    columns = _Columns(samples, order)
    second_edges = _edges(seconds)
    for start, stop in pairwise(second_edges):
        edges = start + _edges(names[start:stop])
        requests: dict[str, RequestStats] = {}
        for first, last in pairwise(edges):
            name = samples.names[names[first]]
            stats = columns.stats(first, last)
            if name in requests:
                requests[name].merge(stats)
            else:
                requests[name] = stats
        second = int(seconds[start])
        yield (None if second == _UNDATED else second), requests


def _seconds(end_s: FloatArray) -> IntArray:
    dated = np.abs(end_s) < _FARTHEST_S  # NaN and infinity are not
    return np.floor(np.where(dated, end_s, _UNDATED)).astype(np.int64)


def _order(seconds: IntArray, names: IntArray, name_count: int) -> IntArray:
    """The order that sorts by second, then name, as they came; by radix when the keys fit 16 bits."""
    distance = seconds - seconds.min()
    if int(distance.max()) >= 2**62 // max(name_count, 1):
        return np.lexsort((names, seconds))
    key = distance * name_count + names
    small = int(key.max()) < 2**16
    return np.argsort(key.astype(np.uint16) if small else key, kind="stable")


def _edges(ascending: IntArray) -> IntArray:
    """Where runs of equal values begin, and the end of the last."""
    changes = np.flatnonzero(ascending[1:] != ascending[:-1]) + 1
    return np.concatenate(([0], changes, [len(ascending)]))


class _Columns:
    """The columns of samples in another order, from which the statistics of a stretch are taken."""

    def __init__(self, samples: Samples, order: IntArray) -> None:
        def take(column: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
            return None if column is None else column[order]

        self.errors = samples.errors
        self.error: IntArray = samples.error[order]
        self.latency: FloatArray = samples.latency_ns[order]
        self.ttfb = take(samples.ttfb_ns)
        self.connect = take(samples.connect_ns)
        self.tls = take(samples.tls_ns)
        self.response = take(samples.response_ns)
        self.status = take(samples.status)
        self.received = take(samples.bytes_received)
        self.sent = take(samples.bytes_sent)

    def stats(self, first: int, last: int) -> RequestStats:
        """The statistics of the samples in [first, last)."""
        part = slice(first, last)
        failed = self.error[part][self.error[part] >= 0]
        return RequestStats(
            requests=int(last - first),
            failures=len(failed),
            latency=_histogram(self.latency[part]),
            ttfb=None if self.ttfb is None else _histogram(self.ttfb[part]),
            connect=None if self.connect is None else _histogram(self.connect[part]),
            tls=None if self.tls is None else _histogram(self.tls[part]),
            response=None if self.response is None else _histogram(self.response[part]),
            status_codes=None if self.status is None else _statuses(self.status[part]),
            errors=self._named(failed),
            bytes_received=None if self.received is None else int(self.received[part].sum()),
            bytes_sent=None if self.sent is None else int(self.sent[part].sum()),
        )

    def _named(self, failed: IntArray) -> Counter[tuple[str, str]]:
        named: Counter[tuple[str, str]] = Counter()
        for index, count in _counts(failed).items():
            named[self.errors[index]] += count
        return bounded_errors(named)


def _histogram(values_ns: FloatArray) -> Histogram:
    """A histogram of the values that are known, that is not NaN."""
    histogram = Histogram()
    unknown = np.isnan(values_ns)
    histogram.record(values_ns[~unknown] if unknown.any() else values_ns)
    return histogram


def _counts(values: IntArray) -> Counter[int]:
    distinct, counts = np.unique(values, return_counts=True)
    return Counter(dict(zip(distinct.tolist(), counts.tolist(), strict=True)))


def _statuses(values: IntArray) -> Counter[int]:
    return _counts(values[values > 0])
