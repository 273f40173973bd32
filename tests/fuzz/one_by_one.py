"""Runs the inputs of a harness that keeps what earlier ones left, and stops at the first mistake."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Protocol


class Fuzzer(Protocol):
    """Runs inputs, each with its own random numbers, so that one can be run again by its number."""

    def run(self, number: int) -> None:
        """One input; AssertionError says what is wrong."""

    def told(self) -> Sequence[str]:
        """Lines on what the inputs came to."""


def main(make: Callable[[int], Fuzzer], description: str, arguments: Sequence[str] | None = None) -> int:
    """The command of a harness, whose fuzzer is made from a seed; what is wrong with an input is raised."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run this input alone, after no other")
    given = parser.parse_args(arguments)
    fuzzer = make(given.seed)
    numbers = range(given.inputs) if given.only is None else (given.only,)
    started = perf_counter()
    for number in numbers:
        try:
            fuzzer.run(number)
        except Exception:
            print(f"input {number} of seed {given.seed}", file=sys.stderr)
            raise
    print(f"{len(numbers)} inputs in {perf_counter() - started:.0f} s", *fuzzer.told(), sep="\n")
    return 0
