"""The course of one process: calibration, warm-up, values. It says how many calls come next, and is told their time.

A generator, so that the same course is driven by a blocking loop in a worker and by the caller's event loop.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

from .timing import Value

CLOCK_STEPS = 1000
"""A value lasts at least so many steps of the clock, so that one step is a thousandth of it."""

_WINDOW = 8  # values that are looked at for stability
_LEAST_WINDOW = 4  # of slow functions
_TOLERANCE = 0.01
_LEAST_VALUES = 3
_BUDGET_S = 0.5
_MOST_CALLS = 2**40
_STATM = Path("/proc/self/statm")

Steps = Generator[int, Value, "Measured"]


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What one process does. ``iterations``: exactly so many measured calls; None: as many as ``values`` need.

    ``warmup``: exactly so many calls before; None: until it is stable, for at most ``warmup_cap_s``. ``at_once``: the
    calls that are under way together, which every value has at least.
    """

    iterations: int | None
    warmup: int | None
    values: int
    min_time_s: float
    warmup_cap_s: float
    at_once: int = 1

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process measured. ``stable``: whether warm-up ended because it was; None if that was not looked at.

    ``memory``: resident bytes before the values, in their middle and after them; empty where it cannot be read.
    """

    values: list[Value]
    warmup_calls: int
    stable: bool | None
    memory: list[int]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def go_on(steps: Steps, value: Value | None) -> int | Measured:
    """The next step of a course, given the time of the one before: a number of calls, or what was measured."""
    try:
        return next(steps) if value is None else steps.send(value)
    except StopIteration as end:
        measured: Measured = end.value
        return measured


def course(plan: CoursePlan, resolution_s: float) -> Steps:
    """The whole course: yields a number of calls, is sent their `Value`, and returns what was measured."""
    if plan.iterations is None:
        return (yield from _calibrated(plan, resolution_s))
    return (yield from _counted(plan, plan.iterations, resolution_s))


def _calibrated(plan: CoursePlan, resolution_s: float) -> Steps:
    called, stable = 0, None
    if plan.warmup:
        yield plan.warmup
        called = plan.warmup
    floor_s = max(plan.min_time_s, CLOCK_STEPS * resolution_s)
    last, tried = yield from _calibrate(floor_s, plan.at_once)
    called += tried
    if plan.warmup is None:
        stable, settled = yield from _settle(last, plan.warmup_cap_s)
        called += settled
    affordable = int(_BUDGET_S / last.elapsed_s)
    wanted = min(plan.values, max(_LEAST_VALUES, affordable))
    return (yield from _take([last.calls] * wanted, called, stable))


def _counted(plan: CoursePlan, calls: int, resolution_s: float) -> Steps:
    warmup = 1 + calls // 10 if plan.warmup is None else plan.warmup
    parts = min(plan.values, max(1, calls // plan.at_once))
    if warmup:
        value = yield warmup
        whole_s = value.elapsed_s / value.calls * calls
        parts = min(parts, max(1, int(whole_s / (CLOCK_STEPS * resolution_s))))
    shares = [calls // parts + (part < calls % parts) for part in range(parts)]
    return (yield from _take(shares, warmup, None))


def _calibrate(floor_s: float, at_once: int) -> Generator[int, Value, tuple[Value, int]]:
    """A number of calls that takes long enough: ten times as many until it is near, then as many as it needs."""
    calls = at_once
    tried = 0
    while True:
        value = yield calls
        tried += calls
        if value.elapsed_s >= floor_s or calls >= _MOST_CALLS:
            return value, tried
        needed = floor_s * 1.2 / value.elapsed_s * calls if value.elapsed_s > floor_s / 50 else 0
        rounds = max(calls + 1, int(needed)) // at_once + 1
        calls = rounds * at_once if needed else calls * 10


def _settle(last: Value, cap_s: float) -> Generator[int, Value, tuple[bool, int]]:
    """Goes on until the first and the last quarter of the latest values agree: whether they did, and after how many."""
    times: list[float] = []
    called = 0
    ends_at = perf_counter() + cap_s
    while True:
        value = yield last.calls
        called += value.calls
        times = [*times, value.elapsed_s][-_WINDOW:]
        over = perf_counter() >= ends_at
        if len(times) >= (_LEAST_WINDOW if over else _WINDOW) and _agree(times):
            return True, called
        if over:
            return False, called


def _agree(times: list[float]) -> bool:
    """Whether first and last quarter differ by no more than neighbours do, which a trend does not widen."""
    quarter = len(times) // 4
    noise = median(abs(after - before) for before, after in pairwise(times))
    apart = abs(fmean(times[-quarter:]) - fmean(times[:quarter]))
    return apart <= max(_TOLERANCE * median(times), 1.5 * noise)


def _take(shares: list[int], warmup_calls: int, stable: bool | None) -> Steps:
    values = []
    memory = [resident_bytes()]
    for number, calls in enumerate(shares, 1):
        values.append((yield calls))
        if number in (len(shares) // 2, len(shares)):
            memory.append(resident_bytes())
    known = [used for used in memory if used is not None]
    return Measured(values, warmup_calls, stable, known if len(known) == 3 else [])


def resident_bytes() -> int | None:
    """The resident memory of this process; None where the system does not tell it cheaply."""
    try:
        return int(_STATM.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
