"""k6's own Trends of how long a plan's request took: asked for in its options, and read at its end.

There is one for each version of HTTP: only a request whose whole answer came is tagged with its version, so that none
that was cut off, or never sent, is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...metrics.histogram import Histogram

FloatArray = npt.NDArray[np.float64]

TREND_NAMES = [f"http_req_duration{{of:plan,proto:{version}}}" for version in ("HTTP/1.1", "HTTP/1.0")]
_TAGS = {"of": "plan"}
_MS_NS = 1e6
_CHUNK = 1 << 20
_ALMOST = 1e-11
"""How far a rank that k6 computes may lie beside a whole number that it should be."""


def _percentiles() -> list[str]:
    """Every 0.05 up to 99, then ten times finer with each further nine, up to 99.999."""
    even = [f"{number / 20:g}" for number in range(1, 1980)]
    tail = [f"{100 - rest / 10**digits:.{digits}f}" for digits in (2, 3, 4) for rest in range(100, 10, -1)]
    return [*even, *tail, "99.999"]


_PERCENTILES = _percentiles()
_STATS = ["count", "avg", "min", *(f"p({text})" for text in _PERCENTILES), "max"]
_SHARES: FloatArray = np.array([0.0, *(float(text) / 100 for text in _PERCENTILES), 1.0])


def with_trends(options: dict[str, Any]) -> dict[str, Any]:
    """Options with which k6 keeps the Trends, and says much of them at its end.

    Of tagged samples it keeps apart what has a threshold, be it empty. The tag is that of the load's scenario: the
    requests to the control are in another.
    """
    options["scenarios"]["load"]["tags"] = _TAGS
    thresholds: dict[str, list[str]] = {name: [] for name in TREND_NAMES}
    return {**options, "systemTags": ["proto"], "summaryTrendStats": _STATS, "thresholds": thresholds}


def histogram_of(figures: Sequence[float] | FloatArray) -> Histogram:
    """The distribution behind what k6 says of a Trend; empty when it holds nothing.

    Up to 2,001 values each is found exactly, beyond that they are laid between the percentiles that are known, so that
    none is farther than 0.05 % of all from its rank; count, sum, least and greatest are always exact.
    """
    histogram = Histogram()
    if not len(figures) or not figures[0]:
        return histogram
    count, mean_ms, *known = figures
    ranks = _SHARES * (count - 1)
    known_ns = np.array(known) * _MS_NS
    values = _each(ranks, known_ns, int(count))
    if values is not None:
        histogram.record(values)
        return histogram
    for start in range(0, int(count), _CHUNK):
        histogram.record(np.interp(np.arange(start, min(start + _CHUNK, count)), ranks, known_ns))
    histogram.sum_ns = round(mean_ms * count * _MS_NS)
    return histogram


def _each(ranks: FloatArray, known_ns: FloatArray, count: int) -> list[int] | None:
    """Every value in whole nanoseconds, ascending; None when not every one can be told.

    k6 lays a percentile on the line between the two values beside its rank, so that a value follows from the one
    before and any percentile in between: https://github.com/grafana/k6/blob/v1.1.0/metrics/sink.go
    """
    last = np.searchsorted(ranks, np.arange(1, count) + _ALMOST, side="right") - 1
    parts = ranks[last] - np.arange(count - 1)
    if (parts < _ALMOST).any():
        return None
    values = [round(known_ns[0])]
    for part, told in zip(parts.tolist(), known_ns[last].tolist(), strict=True):
        values.append(round(values[-1] + (told - values[-1]) / min(part, 1.0)))
    return values
