"""The seconds of a run put together to at most as many slices as a chart has points.

Where the result has a recording, the percentiles of a slice are those of its merged histograms. A result read from JSON
has percentiles by the second only; those cannot be averaged, so that a slice has the greatest of its seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ...metrics.histogram import Histogram
from ...metrics.result import RunResult, TimelinePoint
from ...metrics.timeline import TimelineRow
from ...metrics.window import sum_of_told

QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}
_SHORTEST_S = 0.1
_LEAST_PART = 0.1
_STEPS_S = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)


@dataclass(slots=True)
class Slice:
    """Consecutive seconds of a run, cut off at its end; None is not known.

    ``times_ms`` are percentiles of latency by name. ``users`` is the most at the end of any second. ``latency`` and
    ``response`` are None without a recording.
    """

    start_s: int
    end_s: float
    requests: int = 0
    failures: int = 0
    users: int | None = None
    iterations: int | None = None
    dropped: int | None = None
    times_ms: dict[str, float | None] = field(default_factory=dict)
    latency: Histogram | None = None
    response: Histogram | None = None
    status_codes: Counter[int] | None = None
    errors: Counter[str] = field(default_factory=Counter)

    def rate(self, number: int | None) -> float | None:
        """So many, per second of the slice; None where so little of it was covered that a rate says nothing."""
        covered_s = self.end_s - self.start_s
        return None if number is None or covered_s < _SHORTEST_S else number / covered_s


def slices(result: RunResult, most: int) -> list[Slice]:
    """The run in at most ``most`` slices of equally many seconds, but for the last; without its warm-up."""
    recording = result.recording
    rows: Sequence[TimelineRow | TimelinePoint] = recording.seconds if recording else result.timeline
    if not rows:
        return []
    first = _second(rows[0]) if result.warm_up is None else min(_second(rows[0]), result.warm_up.duration_s)
    last = max(_second(rows[-1]), _last_covered(result.duration_s))
    step_s = step(last - first + 1, most)
    starts = _starts(first, last, step_s, result.duration_s)
    groups: list[list[TimelineRow | TimelinePoint]] = [[] for _ in starts]
    for row in rows:
        groups[min((_second(row) - first) // step_s, len(starts) - 1)].append(row)
    ends = [*starts[1:], _end(starts[-1], last + 1, result.duration_s)]
    return [_slice(*part) for part in zip(starts, ends, groups, strict=True)]


def step(seconds: int, most: int) -> int:
    """How many seconds a slice has, so that there are at most so many."""
    least = -(-seconds // most)
    return next((step_s for step_s in _STEPS_S if step_s >= least), least)


def regrouped(parts: Sequence[Slice], most: int) -> list[list[Slice]]:
    """Slices in at most ``most`` groups of equally many, but for the last."""
    size = max(1, -(-len(parts) // most))
    return [list(parts[start : start + size]) for start in range(0, len(parts), size)]


def merged(histograms: Iterable[Histogram | None]) -> Histogram:
    """The sum of histograms; what is unknown adds nothing."""
    return Histogram.total([histogram for histogram in histograms if histogram is not None])


def ms(value_ns: float | None) -> float | None:
    """Nanoseconds in milliseconds."""
    return None if value_ns is None else value_ns / 1e6


def _second(row: TimelineRow | TimelinePoint) -> int:
    return row.start_s if isinstance(row, TimelineRow) else row.t


def _last_covered(duration_s: float | None) -> int:
    return 0 if duration_s is None else max(0, int(duration_s) - 1)


def _starts(first: int, last: int, step_s: int, duration_s: float | None) -> list[int]:
    """Where slices begin; what little of one the run's end leaves belongs to the slice before."""
    starts = list(range(first, last + 1, step_s))
    if duration_s is not None and len(starts) > 1 and duration_s - starts[-1] < _LEAST_PART * step_s:
        starts.pop()
    return starts


def _end(start_s: int, end_s: int, duration_s: float | None) -> float:
    """Where the last slice ends: with the run, if that is known."""
    return end_s if duration_s is None or duration_s <= start_s else duration_s


def _slice(start_s: int, end_s: float, rows: Sequence[TimelineRow | TimelinePoint]) -> Slice:
    made = Slice(start_s, end_s, sum(row.requests for row in rows), sum(row.failures for row in rows))
    made.users = max((row.users for row in rows if row.users is not None), default=None)
    seconds = [row for row in rows if isinstance(row, TimelineRow)]
    if seconds or not rows:
        _fill(made, seconds)
    else:
        for name in ("p50", "p95", "p99"):
            known = [value for row in rows if (value := getattr(row, f"{name}_ms")) is not None]
            made.times_ms[name] = max(known, default=None)
    return made


def _fill(made: Slice, rows: Sequence[TimelineRow]) -> None:
    made.latency = merged(row.latency for row in rows)
    found = made.latency.quantiles(tuple(QUANTILES.values()))
    made.times_ms = {name: ms(value) for name, value in zip(QUANTILES, found, strict=True)}
    busy = [row for row in rows if row.requests]
    if busy and all(row.response is not None for row in busy):
        made.response = merged(row.response for row in busy)
    if all(row.status_codes is not None for row in busy):
        made.status_codes = Counter()
        for row in busy:
            made.status_codes.update(row.status_codes or ())
    for row in rows:
        made.iterations = sum_of_told(made.iterations, row.iterations)
        made.dropped = sum_of_told(made.dropped, row.dropped)
        made.errors.update(row.errors)
