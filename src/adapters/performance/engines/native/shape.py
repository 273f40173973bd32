"""The shape of a load: when users start and stop, and when arrivals are due, divided exactly among workers."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence

Points = Sequence[Sequence[float]]


def active_spans(points: Points, user: int) -> list[tuple[float, float]]:
    """The spans of time, in seconds, in which user number ``user`` is active: where more than that many users are due.

    Users so start evenly over a ramp, the first at its beginning, and the last to start are the first to stop.
    """
    spans: list[tuple[float, float]] = []
    for (t0, v0), (t1, v1) in itertools.pairwise(points):
        span = _above(t0, v0, t1, v1, user)
        if span is None:
            continue
        if spans and span[0] - spans[-1][1] < 1e-9:
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return spans


def _above(t0: float, v0: float, t1: float, v1: float, level: float) -> tuple[float, float] | None:
    """Where a linear segment is above a level, or None."""
    if t1 <= t0 or (v0 <= level and v1 <= level):
        return None
    if v0 > level and v1 > level:
        return t0, t1
    crossing = t0 + (level - v0) / (v1 - v0) * (t1 - t0)
    return (crossing, t1) if v1 > level else (t0, crossing)


def constant_arrivals(points: Points, worker: int, workers: int) -> Iterator[float]:
    """The times in seconds at which this worker's arrivals are due: every ``workers``-th, beginning with ``worker``.

    Arrival number k is due when the integral of the rate reaches k, the first at the beginning.
    """
    return times_of(points, constant_levels(worker, workers))


def poisson_arrivals(points: Points, worker: int, workers: int, seed: int | None) -> Iterator[float]:
    """The times of a Poisson process of 1/``workers`` of the rate; together the workers' make one of the whole rate."""
    return times_of(points, poisson_levels(worker, workers, seed))


def constant_levels(worker: int, workers: int) -> Iterator[float]:
    """The integrals of the rate at which a worker's arrivals are due."""
    return iter(range(worker, 2**62, workers))


def poisson_levels(worker: int, workers: int, seed: int | None) -> Iterator[float]:
    """The integrals of the rate at which a worker's arrivals are due, by chance."""
    chance = random.Random(None if seed is None else seed * 7919 + worker)
    level = 0.0
    while True:
        level += chance.expovariate(1.0) * workers
        yield level


def times_of(points: Points, levels: Iterator[float], reached: float = 0.0) -> Iterator[float]:
    """When the integral of the rate, ``reached`` at the first point, reaches each of the rising ``levels``."""
    level = next(levels)
    for (t0, r0), (t1, r1) in itertools.pairwise(points):
        area = (r0 + r1) / 2 * (t1 - t0)
        while level < reached + area or (area > 0 and level == reached):
            yield t0 + _time_to(level - reached, r0, r1, t1 - t0)
            level = next(levels)
        reached += area


def _time_to(area: float, r0: float, r1: float, length: float) -> float:
    """The time in which a rate that changes linearly from r0 to r1 over ``length`` seconds adds up to ``area``."""
    if area <= 0:
        return 0.0
    slope = (r1 - r0) / length
    if abs(slope) * length < 1e-9 * max(r0, r1):
        return area / r0
    return 2 * area / (r0 + math.sqrt(max(0.0, r0 * r0 + 2 * slope * area)))


def area_until(points: Points, at_s: float) -> float:
    """The integral of the rate from the first point to a time."""
    area = 0.0
    for (t0, r0), (t1, r1) in itertools.pairwise(points):
        if t1 <= t0 or at_s <= t0:
            continue
        end = min(t1, at_s)
        area += (end - t0) * (r0 + (r1 - r0) * (end - t0) / (t1 - t0) / 2)
    return area


class Schedule:
    """The arrivals of one worker in order: the next is ``due`` in so many seconds of load, infinity if none is left.

    ``levels`` are the integrals of the rate at which they are due. Since these go on when the rate is changed, all
    workers' arrivals stay evenly spaced and add up exactly.
    """

    def __init__(self, points: Points, levels: Iterator[float]) -> None:
        self._levels = levels
        self._level = next(levels)
        self._follow(points, 0.0)

    def advance(self) -> None:
        """The arrival that was due has come."""
        self._level = next(self._levels)
        self.due = next(self._times, math.inf)

    def change(self, rate: float, at_s: float) -> None:
        """From second ``at_s`` to the end the rate is this, whatever was to come."""
        reached = self._reached + area_until(self._points, at_s)
        self._follow([(at_s, rate), (self._points[-1][0], rate)], reached)

    def _follow(self, points: Points, reached: float) -> None:
        self._points = points
        self._reached = reached
        self._times = times_of(points, iter(lambda: self._level, None), reached)
        self.due = next(self._times, math.inf)


def share(total: int, worker: int, workers: int) -> int:
    """This worker's part of a total: the parts differ by at most one and add up exactly."""
    return total // workers + (worker < total % workers)
