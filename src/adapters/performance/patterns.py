"""Shapes of load as plain data: each function returns what a plan takes as its ``load``.

    Plan.for_url(url, load=ramp_up(1, 100, 60))
    Plan.for_url(url, load=spike_test(20, 200, "1m", "30s", of="rate"))

Levels are users, or with ``of="rate"`` iterations per second; durations are seconds or texts such as ``1m30s``.
`parse_pattern` reads the same shapes from one line of text. Changes are linear, jumps take no time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Literal

from .errors import UsageError
from .plan.quantity import parse_duration

Of = Literal["users", "rate"]
Level = int | float
Time = float | str
Load = dict[str, Any]

GRAMMAR = """\
constant:LEVEL:TIME                 the same all the time
ramp:FROM:TO:TIME[:HOLD]            from one level to another, and held there
spike:BASE:PEAK:TIME:PEAKTIME       the base for TIME, the peak at once for PEAKTIME, the base again for TIME
stress:MAX:STEP:TIME                up to MAX in steps of STEP, each held for TIME
soak:LEVEL:TIME[:RAMP]              the same for long, after a ramp that is part of TIME
stages:LEVEL:TIME,LEVEL:TIME,…      from 0, to each LEVEL in turn over its TIME; 0s is a jump
A LEVEL is a number of users (50) or of iterations per second (50/s), a TIME is 90, 90s or 1m30s."""


def constant(level: Level, duration: Time, *, of: Of = "users") -> Load:
    """The same level for all the duration."""
    return {of: _level(level, of), "duration": _seconds(duration)}


def ramp_up(start: Level, end: Level, duration: Time, hold: Time = 0, *, of: Of = "users") -> Load:
    """From one level to another, up or down, in ``duration``; then held for ``hold``."""
    held = [(end, hold)] if _seconds(hold) else []
    return stages((start, 0), (end, duration), *held, of=of)


def spike_test(
    base: Level, peak: Level, base_duration: Time, peak_duration: Time, *, of: Of = "users"
) -> Load:
    """The base level, at once the peak, at once the base again; the base for ``base_duration`` each time."""
    low, high = (base, base_duration), (peak, peak_duration)
    return stages((base, 0), low, (peak, 0), high, (base, 0), low, of=of)


def stress_test(
    peak: Level,
    step_size: Level = 10,
    step_duration: Time = 60,
    *,
    start: Level | None = None,
    of: Of = "users",
) -> Load:
    """Steps of ``step_size`` up to ``peak``, each at once and held for ``step_duration``.

    The first is ``start``, by default ``step_size``; the last is the peak itself. This is only the shape:
    `PerformanceClient.stress_test` judges each step, and stops at the first that fails.
    """
    first = min(step_size, peak) if start is None else start
    levels = step_levels(first, peak, step_size)
    return stages(*(stage for level in levels for stage in ((level, 0), (level, step_duration))), of=of)


def soak(level: Level, duration: Time, ramp_up: Time = 0, *, of: Of = "users") -> Load:
    """The same level for long; ``duration`` is the total, the ramp included."""
    load = constant(level, duration, of=of)
    return {**load, "ramp_up": _seconds(ramp_up)} if _seconds(ramp_up) else load


def stages(*steps: tuple[Level, Time], of: Of = "users") -> Load:
    """A shape of your own: from 0 linearly to each level in turn, over the duration beside it; 0 is a jump."""
    if not steps:
        raise UsageError("a pattern of stages needs at least one (level, duration)")
    return {"stages": [{"duration": _seconds(time), of: _level(level, of)} for level, time in steps]}


def step_levels(start: Level, peak: Level, step: Level) -> list[Level]:
    """The levels from ``start`` to ``peak``, both included, ``step`` apart but for the last; UsageError if none."""
    if not step > 0:
        raise UsageError(f"a step must raise the load, and {step:g} does not", hint="give a step above 0")
    if not start > 0:
        raise UsageError(f"steps begin above 0, not at {start:g}")
    if start > peak:
        raise UsageError(f"the steps begin at {start:g}, which is already more than their end, {peak:g}")
    if not math.isfinite(peak / step) or (peak - start) / step > _MOST_STEPS:
        raise UsageError(f"steps of {step:g} from {start:g} to {peak:g} are more than {_MOST_STEPS:,}")
    whole = math.floor((peak - start) / step * (1 + 1e-12))
    levels = [start + number * step for number in range(whole + 1)]
    return levels if levels[-1] >= peak * (1 - 1e-12) else [*levels, peak]


_MOST_STEPS = 10_000


def parse_pattern(text: str) -> Load:
    """The load that a text such as ``ramp:1:100:60`` stands for; UsageError shows the grammar."""
    name, _, rest = text.partition(":")
    try:
        if name == "stages":
            return _read_stages(rest)
        if name in _SHAPES:
            return _read_shape(name, rest.split(":"))
        raise ValueError(f"no pattern is called {name!r}")
    except ValueError as error:
        raise UsageError(f"pattern {text!r}: {error}", hint=GRAMMAR) from error
    except UsageError as error:
        raise UsageError(f"pattern {text!r}: {error.message}", hint=GRAMMAR) from error


_SHAPES: dict[str, tuple[Callable[..., Load], int, int, int]] = {
    "constant": (constant, 1, 1, 1),
    "ramp": (ramp_up, 2, 1, 2),
    "spike": (spike_test, 2, 2, 2),
    "stress": (stress_test, 2, 1, 1),
    "soak": (soak, 1, 1, 2),
}
"""Name to the function, how many levels it takes, and how many times at least and at most."""

_LEVEL = re.compile(r"(\d+(?:\.\d+)?)(/s)?")


def _read_shape(name: str, parts: list[str]) -> Load:
    make, levels, fewest, most = _SHAPES[name]
    if not levels + fewest <= len(parts) <= levels + most or not all(parts):
        raise ValueError(f"{name!r} takes {_how_many(levels, fewest, most)}")
    values, of = _read_levels(parts[:levels])
    return make(*values, *map(parse_duration, parts[levels:]), of=of)


def _how_many(levels: int, fewest: int, most: int) -> str:
    times = str(fewest) if fewest == most else f"{fewest} or {most}"
    return f"{levels} LEVEL{'s' * (levels > 1)} and {times} TIME{'s' * (most > 1)}"


def _read_stages(text: str) -> Load:
    pairs = [pair.split(":") for pair in text.split(",")]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise ValueError("'stages' takes LEVEL:TIME pairs with commas between them")
    levels, of = _read_levels([level for level, _ in pairs])
    times = [parse_duration(time) for _, time in pairs]
    return stages(*zip(levels, times, strict=True), of=of)


def _read_levels(texts: list[str]) -> tuple[list[Level], Of]:
    """The levels, and what they are levels of."""
    matches = [_LEVEL.fullmatch(text) for text in texts]
    levels: list[Level] = []
    for text, match in zip(texts, matches, strict=True):
        if match is None:
            raise ValueError(f"{text!r} is no level: write users (50) or iterations per second (50/s)")
        levels.append(float(match[1]) if "." in match[1] else int(match[1]))
    rates = {match is not None and match[2] is not None for match in matches}
    if len(rates) > 1:
        raise ValueError(f"{', '.join(texts)}: levels are either all users or all iterations per second")
    return levels, "rate" if rates == {True} else "users"


def _level(level: Level, of: Of) -> Level:
    if of not in ("users", "rate"):
        raise UsageError(f"a pattern is of 'users' or of a 'rate', not of {of!r}")
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 <= level < math.inf:
        raise UsageError(f"a level is a number from 0, not {level!r}")
    if of == "users" and level != int(level):
        raise UsageError(
            f"{level:g} users: a number of users is whole; with of='rate' (50.5/s) it need not be"
        )
    return int(level) if of == "users" else level


def _seconds(time: Time) -> float:
    try:
        return parse_duration(time)
    except ValueError as error:
        raise UsageError(str(error)) from error
