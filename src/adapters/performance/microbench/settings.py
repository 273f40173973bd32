"""What a benchmark may be told, checked before anything is measured."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, TypedDict

from ..errors import UsageError
from .course import CoursePlan
from .subject import Gc, SetupPer

Progress = Callable[[int, int, str], None]
"""Told after each process: how many are done, of how many, and which function is measured next."""

ModeWish = Literal["auto", "processes", "in-process"]

MARGIN = 0.02
"""The share that counts as no difference."""

_ARGUMENTS = ("iterations", "warmup_iterations", "concurrency", "params", "margin", "names")

PROCESSES = 16
VALUES = 20
MIN_TIME_S = 0.005
WARMUP_CAP_S = 1.0


class Options(TypedDict, total=False):
    """Options of every benchmark.

    ``args``, ``kwargs``: what the function is called with. ``name``: instead of its own.
    ``mode``: "auto" measures in processes where the function can be had there, else in this one, as exploratory.
    ``processes`` (16), one after the other, ``values`` of each (20, fewer of slow functions), each value lasting
    ``min_time_s`` (0.005) or 1000 steps of the clock; ``warmup_cap_s`` (1) bounds the wait for stable times.
    ``timeout_s`` (None: no bound) ends a process whose whole part, loading and warm-up included, takes longer; an async
    function that is measured in this process is cancelled then, a plain one cannot be ended there, so it is refused.
    ``gc``: "off" while it is measured, or "on". ``setup`` and ``teardown`` are called once per process, or with
    ``setup_per="value"`` around each value, never timed; what setup returns, unless None, is the function's first
    argument, and teardown's. ``seed``: of the order in which functions that are compared take turns.
    """

    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    name: str
    mode: ModeWish
    processes: int
    values: int
    min_time_s: float
    warmup_cap_s: float
    timeout_s: float | None
    gc: Gc
    setup: Callable[..., Any] | None
    teardown: Callable[..., Any] | None
    setup_per: SetupPer
    seed: int
    on_progress: Progress


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured, and where."""

    mode: ModeWish
    processes: int
    iterations: int | None
    warmup: int | None
    values: int
    min_time_s: float
    warmup_cap_s: float
    gc: Gc
    seed: int
    concurrency: int = 1
    timeout_s: float | None = None

    def share(self, process: int, processes: int) -> CoursePlan:
        """The course of one of the processes, counted from 0: together they make exactly ``iterations`` calls."""
        mine = None
        if self.iterations is not None:
            mine = self.iterations // processes + (process < self.iterations % processes)
        return CoursePlan(
            mine, self.warmup, self.values, self.min_time_s, self.warmup_cap_s, self.concurrency
        )


def check_options(
    options: Options, iterations: int | None, warmup_iterations: int | None, concurrency: int = 1
) -> Effort:
    """The effort that options ask for; UsageError names one that is unknown, wrong, or contradicts another."""
    for name in options:
        if name not in Options.__annotations__:
            near = get_close_matches(name, [*Options.__annotations__, *_ARGUMENTS], 1)
            raise UsageError(
                f"a benchmark has no option {name!r}", hint=f"did you mean {near[0]!r}?" if near else None
            )
    mode = _one_of(options, "mode", "auto", ("auto", "processes", "in-process"))
    _check_count("iterations", iterations, 1)
    _check_count("warmup_iterations", warmup_iterations, 0)
    _check_combinations(options, mode, iterations, warmup_iterations)
    _check_count("concurrency", concurrency, 1)
    wanted = _check_count("processes", options.get("processes"), 1)
    processes = _divided(1 if mode == "in-process" else wanted, iterations, concurrency)
    seed, timeout_s = options.get("seed"), options.get("timeout_s")
    return Effort(
        mode=mode,
        processes=processes,
        iterations=iterations,
        warmup=warmup_iterations,
        values=_check_count("values", options.get("values"), 1) or VALUES,
        min_time_s=_check_time("min_time_s", options.get("min_time_s", MIN_TIME_S)),
        warmup_cap_s=_check_time("warmup_cap_s", options.get("warmup_cap_s", WARMUP_CAP_S)),
        gc=_one_of(options, "gc", "off", ("off", "on")),
        seed=random.randrange(2**31) if seed is None else seed,
        concurrency=concurrency,
        timeout_s=None if timeout_s is None else _check_time("timeout_s", timeout_s),
    )


def _divided(wanted: int | None, iterations: int | None, concurrency: int) -> int:
    """Over how many processes iterations are divided: each has so many calls as are to be under way at once."""
    if iterations is None:
        return wanted or PROCESSES
    if iterations < concurrency * (wanted or 1):
        needed = [f"{concurrency} calls at once"] if concurrency > 1 else []
        needed += [f"{wanted} processes"] if wanted and wanted > 1 else []
        raise UsageError(f"{iterations} iterations are too few for {' in each of '.join(needed)}")
    return wanted or min(PROCESSES, iterations // concurrency)


def _check_combinations(
    options: Options, mode: ModeWish, iterations: int | None, warmup_iterations: int | None
) -> None:
    clashes = [
        (iterations is not None and "min_time_s" in options, "iterations", "min_time_s"),
        (warmup_iterations is not None and "warmup_cap_s" in options, "warmup_iterations", "warmup_cap_s"),
        (
            iterations is not None and "warmup_cap_s" in options,
            "iterations (whose warm-up is counted too)",
            "warmup_cap_s",
        ),
        (mode == "in-process" and "processes" in options, "mode='in-process'", "processes"),
    ]
    for clash, one, other in clashes:
        if clash:
            raise UsageError(f"{one} and {other} contradict each other", hint="leave one of them out")
    if "setup_per" in options:
        _one_of(options, "setup_per", "process", ("process", "value"))
        if options.get("setup") is None and options.get("teardown") is None:
            raise UsageError("setup_per says when setup and teardown are called, and there is neither")


def _one_of(options: Options, name: str, default: str, allowed: tuple[str, ...]) -> Any:
    value = options.get(name, default)
    if value not in allowed:
        raise UsageError(f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}")
    return value


def _check_count(name: str, value: int | None, least: int) -> int | None:
    if value is not None and (type(value) is not int or value < least):
        raise UsageError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return value


def _check_time(name: str, value: float) -> float:
    if not isinstance(value, int | float) or not 0 < value < math.inf:
        raise UsageError(f"{name} must be a number of seconds above 0, not {value!r}")
    return float(value)
