"""The figures of a benchmark, computed from the columns of its requests."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from ...metrics.summary import LatencySummary
from ...stats import block_bootstrap, quantile_interval
from .columns import Columns, FloatArray
from .result import MedianInterval, RequestRow

_QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
_FEWEST_IN_BLOCK = 20
_FEWEST_BLOCKS, _MOST_BLOCKS = 20, 50
_MOST_BINS = 2048
_CONFIDENCE = 0.95


def figures_of(columns: Columns, warm_up: int) -> dict[str, Any]:
    """The fields of a result that follow from its requests; the first ``warm_up`` to end are left out of all.

    Rates are per second from the end of the last request of the warm-up, or the beginning, to that of the last.
    """
    ordered = columns.in_order()
    begin_s = float(ordered.end_s[warm_up - 1]) if 0 < warm_up <= len(ordered) else 0.0
    rows = ordered.after(warm_up)
    good = rows.succeeded
    requests, failures = len(rows), int((~good).sum())
    duration_s = float(rows.end_s[-1]) - begin_s if requests else None
    total, first = rows.total_ns[good], rows.first_byte_ns[good]
    return {
        "requests": requests,
        "failures": failures,
        "error_rate": failures / requests if requests else None,
        "retries": _further_sends(rows.tries),
        "duration_s": duration_s,
        "throughput": requests / duration_s if duration_s else None,
        "total_ms": times(total) or LatencySummary(),
        "median_interval_ms": median_interval(total),
        "first_byte_ms": times(first),
        "last_byte_ms": times(total - first),
        "connect_ms": times(rows.connect_ns[good]),
        "failed_ms": times(rows.total_ns[~good]),
        "status_codes": _statuses(rows.status),
        "bytes_received": None if np.isnan(rows.received).any() else int(rows.received.sum()),
    }


def times(values_ns: FloatArray) -> LatencySummary | None:
    """The figures in milliseconds of those times that are known, percentiles by nearest rank; None if none is."""
    known = values_ns[~np.isnan(values_ns)] / 1e6
    if not len(known):
        return None
    quantiles = np.quantile(known, list(_QUANTILES.values()), method="inverted_cdf").tolist()
    return LatencySummary(
        min=float(known.min()),
        mean=float(known.mean()),
        stdev=float(known.std()),
        max=float(known.max()),
        **dict(zip(_QUANTILES, quantiles, strict=True)),
    )


def median_interval(values_ns: FloatArray) -> MedianInterval | None:
    """The interval of the median: the hull of a block bootstrap's and of that for independent values.

    Requests near in time are alike, so blocks of them in the order of their end are drawn, and not single ones; few
    blocks make that too narrow where requests are independent, which the other interval mends. None under 400 requests.
    Blocks are counted into at most 2048 bins of equally many values, so that it takes no longer for a million.
    """
    known = values_ns[~np.isnan(values_ns)]
    blocks = min(_MOST_BLOCKS, len(known) // _FEWEST_IN_BLOCK)
    if blocks < _FEWEST_BLOCKS:
        return None
    values = np.unique(np.quantile(known, np.linspace(0, 1, _MOST_BINS), method="inverted_cdf"))
    bins = np.searchsorted(values, known, side="left")
    edges = np.linspace(0, len(known), blocks + 1).astype(np.int64)
    counts = [np.bincount(bins[a:b], minlength=len(values)) for a, b in pairwise(edges)]

    def middle(drawn: FloatArray) -> float:
        upto = np.cumsum(drawn)
        return float(values[np.searchsorted(upto, upto[-1] / 2)])

    found = block_bootstrap(
        counts, middle, confidence=_CONFIDENCE, combine=lambda drawn: np.sum(np.array(drawn), axis=0)
    )
    independent = quantile_interval(values, 0.5, _CONFIDENCE, counts=np.bincount(bins, minlength=len(values)))
    both = (found, independent or found)
    low, high = min(interval.low for interval in both), max(interval.high for interval in both)
    return MedianInterval(low=low / 1e6, high=high / 1e6, confidence=_CONFIDENCE)


def rows_of(columns: Columns, warm_up: int) -> Iterator[RequestRow]:
    """Each request but those of the warm-up, by when it ended."""
    rows = columns.in_order().after(warm_up)
    for number in range(len(rows)):
        total, first = _ms(rows.total_ns[number]), _ms(rows.first_byte_ns[number])
        yield RequestRow(
            number=number + 1,
            at_s=float(rows.end_s[number]),
            status=_whole(rows.status[number]),
            failure=rows.failure[number],
            total_ms=total,
            first_byte_ms=first,
            last_byte_ms=None if total is None or first is None else total - first,
            connect_ms=_ms(rows.connect_ns[number]),
            bytes_received=_whole(rows.received[number]),
            tries=_whole(rows.tries[number]),
        )


def _statuses(status: FloatArray) -> dict[str, int]:
    counts = Counter(status[~np.isnan(status)].astype(np.int64).tolist())
    return {str(code): counts[code] for code in sorted(counts)}


def _further_sends(tries: FloatArray) -> int | None:
    return None if np.isnan(tries).any() else int((tries - 1).sum())


def _ms(value_ns: float) -> float | None:
    return None if math.isnan(value_ns) else float(value_ns) / 1e6


def _whole(value: float) -> int | None:
    return None if math.isnan(value) else int(value)
