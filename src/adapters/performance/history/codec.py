"""Recordings as bytes: everything exact, every histogram bin by bin.

The first byte is the version; the rest, compressed, is a head as JSON (its length first, four bytes), then the bins of
all histograms in the order of the head: their gaps, and their counts.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..metrics.bins import IntArray
from ..metrics.histogram import FIGURES, Histogram
from ..metrics.recording import Recording
from ..metrics.timeline import TimelineRow
from ..metrics.window import RequestStats

VERSION = 1
_LEVEL = 1
_HISTOGRAMS = ("latency", "ttfb", "connect", "tls", "response")
_COUNTS = ("users", "iterations", "dropped")
_EMPTY: IntArray = np.empty(0, dtype=np.int64)


def encode(recording: Recording) -> bytes:
    """A recording as bytes."""
    histograms: list[Histogram] = []
    head = {
        "requests": [_stats(name, stats, histograms) for name, stats in recording.requests.items()],
        "seconds": [_row(row, histograms) for row in recording.seconds],
    }
    bins = [histogram.bins() for histogram in histograms]
    lengths = [len(index) for index, _ in bins]
    gap_bytes, head["gap_type"] = _narrow(_gaps([index for index, _ in bins], lengths))
    count_bytes, head["count_type"] = _narrow(_joined([counts for _, counts in bins]))
    head["lengths"] = lengths
    head["figures"] = [[getattr(histogram, name) for name in FIGURES] for histogram in histograms]
    written = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    body = len(written).to_bytes(4, "big") + written + gap_bytes + count_bytes
    return bytes([VERSION]) + zlib.compress(body, _LEVEL)


def decode(data: bytes) -> Recording:
    """What `encode` wrote; ValueError when it is something else, or of a newer version."""
    if not data or data[0] != VERSION:
        raise ValueError(
            f"a recording of version {data[:1].hex() or 'nothing'}; this polyload reads {VERSION}"
        )
    try:
        return _decoded(zlib.decompress(data[1:]))
    except (zlib.error, KeyError, TypeError, IndexError, StopIteration) as error:
        raise ValueError(f"a damaged recording: {error}") from error


def _decoded(body: bytes) -> Recording:
    start = 4 + int.from_bytes(body[:4], "big")
    head = json.loads(body[4:start])
    lengths = np.array(head["lengths"], dtype=np.int64)
    total = int(lengths.sum())
    gaps = np.frombuffer(body, head["gap_type"], total, start).astype(np.int64)
    counts = np.frombuffer(
        body, head["count_type"], total, start + total * np.dtype(head["gap_type"]).itemsize
    )
    histograms = _histograms(head["figures"], lengths, gaps, counts.astype(np.int64))
    requests = dict(_read_stats(item, histograms) for item in head["requests"])
    return Recording(requests, [_read_row(item, histograms) for item in head["seconds"]])


def _histograms(
    figures: Sequence[Sequence[int | None]], lengths: IntArray, gaps: IntArray, counts: IntArray
) -> Iterator[Histogram]:
    ends = np.cumsum(lengths).tolist()
    for known, length, end in zip(figures, lengths.tolist(), ends, strict=True):
        part = slice(end - length, end)
        yield Histogram.from_bins(known, np.cumsum(gaps[part]), counts[part])


def _stats(name: str, stats: RequestStats, histograms: list[Histogram]) -> dict[str, Any]:
    return {
        "name": name,
        "requests": stats.requests,
        "failures": stats.failures,
        "histograms": _put(stats, _HISTOGRAMS, histograms),
        "statuses": _pairs(stats.status_codes),
        "errors": [[kind, message, count] for (kind, message), count in stats.errors.items()],
        "received": stats.bytes_received,
        "sent": stats.bytes_sent,
    }


def _read_stats(item: dict[str, Any], histograms: Iterator[Histogram]) -> tuple[str, RequestStats]:
    stats = RequestStats(
        item["requests"],
        item["failures"],
        status_codes=_counter(item["statuses"]),
        errors=Counter({(kind, message): count for kind, message, count in item["errors"]}),
        bytes_received=item["received"],
        bytes_sent=item["sent"],
    )
    _take(stats, item["histograms"], histograms)
    return item["name"], stats


def _row(row: TimelineRow, histograms: list[Histogram]) -> list[Any]:
    return [
        row.start_s,
        row.requests,
        row.failures,
        *(getattr(row, name) for name in _COUNTS),
        _put(row, ("latency", "response"), histograms),
        _pairs(row.status_codes),
        list(row.errors.items()),
    ]


def _read_row(item: list[Any], histograms: Iterator[Histogram]) -> TimelineRow:
    start_s, requests, failures, users, iterations, dropped, names, statuses, errors = item
    row = TimelineRow(start_s, requests, failures, users, iterations, dropped)
    row.status_codes = _counter(statuses)
    row.errors = Counter(dict(errors))
    _take(row, names, histograms)
    row.pack()
    return row


def _put(owner: object, names: Sequence[str], histograms: list[Histogram]) -> list[str]:
    """Adds those histograms that there are, and returns their names."""
    there = [name for name in names if getattr(owner, name) is not None]
    histograms += [getattr(owner, name) for name in there]
    return there


def _take(owner: object, names: Sequence[str], histograms: Iterator[Histogram]) -> None:
    for name in names:
        if name not in _HISTOGRAMS:
            raise KeyError(name)
        setattr(owner, name, next(histograms))


def _pairs(counts: Counter[int] | None) -> list[tuple[int, int]] | None:
    return None if counts is None else list(counts.items())


def _counter(pairs: list[list[int]] | None) -> Counter[int] | None:
    return None if pairs is None else Counter({status: count for status, count in pairs})  # noqa: C416


def _gaps(indexes: Sequence[IntArray], lengths: Sequence[int]) -> IntArray:
    """From each bin to the one before it in the same histogram; of the first of each, the bin itself."""
    joined = _joined(indexes)
    gaps = np.diff(joined, prepend=0)
    counted = np.asarray(lengths, dtype=np.int64)
    firsts = (np.cumsum(counted) - counted)[counted > 0]
    gaps[firsts] = joined[firsts]
    return gaps


def _joined(parts: Sequence[IntArray]) -> IntArray:
    return np.concatenate([*parts, _EMPTY])


def _narrow(values: IntArray) -> tuple[bytes, str]:
    """Whole numbers from 0 in the narrowest type that holds them all, and that type, little-endian."""
    kind = np.dtype(np.min_scalar_type(int(values.max(initial=0)))).newbyteorder("<")
    return values.astype(kind).tobytes(), kind.str
