"""The timeline of a run as the points of a chart: few enough to draw, and none of them invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..metrics.result import TimelinePoint

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Point:
    """Some consecutive seconds of a run, cut off at its end; None is not known.
    ``rps`` and ``failures_rps`` are per second of what the run covered; the percentiles are those of the slowest
    second, for percentiles cannot be averaged; ``users`` is the most at the end of any second.
    """

    start_s: float
    end_s: float
    requests: int
    failures: int
    rps: float | None
    failures_rps: float | None
    users: int | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


def condensed(timeline: Sequence[TimelinePoint], duration_s: float | None, most: int) -> list[Point]:
    """The timeline of a run in at most ``most`` points of equally many seconds each, but for the last."""
    if not timeline:
        return []
    first, last = timeline[0].t, timeline[-1].t
    step = -(-(last - first + 1) // most)
    groups: dict[int, list[TimelinePoint]] = {}
    for point in timeline:
        groups.setdefault((point.t - first) // step, []).append(point)
    starts = {number: first + number * step for number in sorted(groups)}
    return [_merged(groups[number], start, _end(start, step, duration_s)) for number, start in starts.items()]


def _end(start_s: int, step: int, duration_s: float | None) -> float:
    if duration_s is None or duration_s <= start_s:
        return start_s + step
    return min(start_s + step, duration_s)


def _merged(points: list[TimelinePoint], start_s: float, end_s: float) -> Point:
    requests, failures = sum(p.requests for p in points), sum(p.failures for p in points)
    covered_s = sum(_covered_s(point) for point in points)
    return Point(
        start_s=start_s,
        end_s=end_s,
        requests=requests,
        failures=failures,
        rps=sum(p.requests for p in points if p.rps is not None) / covered_s if covered_s else None,
        failures_rps=sum(p.failures for p in points if p.rps is not None) / covered_s if covered_s else None,
        users=_most(points, lambda point: point.users),
        p50_ms=_most(points, lambda point: point.p50_ms),
        p95_ms=_most(points, lambda point: point.p95_ms),
        p99_ms=_most(points, lambda point: point.p99_ms),
    )


def _covered_s(point: TimelinePoint) -> float:
    """How much of its second the run covered, as far as its rate says."""
    if point.rps is None:
        return 0.0
    return point.requests / point.rps if point.rps else 1.0


def _most(points: Iterable[TimelinePoint], figure: Callable[[TimelinePoint], Number | None]) -> Number | None:
    return max((value for point in points if (value := figure(point)) is not None), default=None)
