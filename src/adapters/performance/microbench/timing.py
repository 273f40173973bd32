"""The timed loops, and what the clock and the loop themselves cost. Workers start with this: standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import length_hint
from time import get_clock_info, perf_counter
from typing import Any

from .kinds import WrongKind

_TRIALS = 200
_EMPTY_LOOPS = 20_000
_REFERENCE_LOOPS = 10_000

Look = Callable[[Any], None]
"""Is told what a first call returned; raises WrongKind."""


@dataclass(frozen=True, slots=True)
class Value:
    """One timed block: its calls, the time it took, and the time that all its calls together were under way.

    The two times differ where calls run concurrently: then ``busy_s`` over calls is how long one took.
    """

    calls: int
    elapsed_s: float
    busy_s: float


class CallRaised(Exception):
    """A call raised its ``__cause__``; ``number`` is its place in the block, from 1 on."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def time_calls(
    func: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    turns: repeat[None],
    look: Look | None = None,
) -> Value:
    """Call a function once a turn, in the loop that ``timeit`` has; CallRaised tells which call failed.

    ``look`` is told what the first call returned, which takes none of the time.
    """
    calls, first_s = length_hint(turns), 0.0
    try:
        if look is not None:
            next(turns)
            started = perf_counter()
            returned = func(*args, **kwargs)
            first_s = perf_counter() - started
            look(returned)
            del returned
        if args or kwargs:
            started = perf_counter()
            for _ in turns:
                func(*args, **kwargs)
        else:
            started = perf_counter()
            for _ in turns:
                func()
        elapsed = first_s + (perf_counter() - started)
    except (KeyboardInterrupt, WrongKind):
        raise
    except BaseException as error:
        raise CallRaised(calls - length_hint(turns)) from error
    return Value(calls, elapsed, elapsed)


def clock_resolution_s() -> float:
    """The smallest step that two readings of the clock showed, never under the one it declares."""
    steps = []
    for _ in range(_TRIALS):
        before = after = perf_counter()
        while after == before:
            after = perf_counter()
        steps.append(after - before)
    return max(min(steps), get_clock_info("perf_counter").resolution)


def empty_loop_s() -> float:
    """What a turn of the loop costs with nothing in it: the least of three."""
    costs = []
    for _ in range(3):
        started = perf_counter()
        for _ in repeat(None, _EMPTY_LOOPS):
            pass
        costs.append((perf_counter() - started) / _EMPTY_LOOPS)
    return min(costs)


def reference_s() -> float:
    """How long a fixed piece of arithmetic takes, the least of five: how fast the machine is, whatever is measured."""
    times = []
    for _ in range(5):
        total, started = 0, perf_counter()
        for number in range(_REFERENCE_LOOPS):
            total += number * number % 7
        times.append(perf_counter() - started)
    return min(times)
