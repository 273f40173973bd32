"""Runs inputs, several processes at once, and holds each to what is allowed: how it may fail, what it may cost."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from time import perf_counter, process_time

from adapters.performance.errors import PolyloadError

MOST_SECONDS = 3.0
"""Of the processor's time, for one input of a few kilobytes."""
MOST_MEGABYTES = 600
"""By which a process may grow."""

_TELL_EACH = 20_000

Trial = Callable[[int, int], str]
"""Runs the input of a seed and a number, and returns what kind it was; PolyloadError is the only way to fail."""


def run(trial: Trial, seed: int, numbers: range) -> Counter[str]:
    """What became of the inputs; a mistake is told on stderr with the number of its first input."""
    told: Counter[str] = Counter()
    before = _most_megabytes()
    for number in numbers:
        started = process_time()
        if number % _TELL_EACH < numbers.step and number >= _TELL_EACH:
            print(f"{number} …", file=sys.stderr, flush=True)
        try:
            try:
                told[f"{trial(seed, number)} accepted"] += 1
            except PolyloadError as error:
                assert error.message.strip(), "an error that says nothing"
                told["refused"] += 1
            seconds = process_time() - started
            assert seconds < MOST_SECONDS, f"it took {seconds:.1f} s"
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            mistake = f"MISTAKE {type(error).__name__} in {frame.name}, {frame.filename}:{frame.lineno}"
            if mistake not in told:
                print(f"input {number} of seed {seed}: {mistake}: {error}", file=sys.stderr, flush=True)
            told[mistake] += 1
    megabytes = _most_megabytes() - before
    assert megabytes < MOST_MEGABYTES, f"it took {megabytes:.0f} MB"
    return told


def _most_megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(trial: Trial, description: str, arguments: list[str] | None = None) -> int:
    """The command of a harness; its exit code is 1 after a mistake."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--only", type=int, help="run this input alone")
    given = parser.parse_args(arguments)
    started = perf_counter()
    if given.only is not None:
        told = run(trial, given.seed, range(given.only, given.only + 1))
    elif given.jobs == 1:
        told = run(trial, given.seed, range(given.inputs))
    else:
        shares = [(trial, given.seed, range(first, given.inputs, given.jobs)) for first in range(given.jobs)]
        with multiprocessing.Pool(given.jobs) as pool:
            told = sum(pool.starmap(run, shares), Counter())
    inputs = 1 if given.only is not None else given.inputs
    print(f"{inputs} inputs in {perf_counter() - started:.0f} s")
    print(", ".join(f"{kind}: {count}" for kind, count in told.most_common()))
    return int(any(kind.startswith("MISTAKE") for kind in told))
