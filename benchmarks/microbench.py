"""How often comparisons of functions are right: false alarms on no change, and a true 3 % slowdown found.

Real functions are measured in real processes that take turns, as ``compare_functions`` does: a second copy of each
beside it, and the same with 3 % more work. From these rounds comparisons are drawn: each takes consecutive rounds from
a random place, as many as there are processes by default, and in each round one of the two copies at random. So a
process is used in several comparisons, and the drift of the machine within one is what it was. On the same values the
rules of pyperf (Student's t over all values, significant at 95 %) and pytest-benchmark (one process a side, its mean or
minimum over a threshold) are applied; these packages themselves are not run.

Last, the time of an empty function is held against timeit's, in processes that take turns with ours.

python -m benchmarks.microbench [--rounds 60] [--comparisons 300] [--seed 1]
"""

from __future__ import annotations

import argparse
import math
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import fmean, median, variance

from adapters.performance import BenchmarkResult, BenchmarkRunner
from adapters.performance.microbench.comparison import compare_pairs
from adapters.performance.microbench.settings import PROCESSES
from benchmarks.functions import count, empty, encode, search

SLOWDOWN = 1.03
FUNCTIONS = (encode, search, count)
Values = Sequence[Sequence[float]]


def measure(function: Callable[[int], object], rounds: int, seed: int) -> list[BenchmarkResult]:
    """The function, its copy, and 3 % more of it, in turns."""
    from adapters.performance.microbench.cases import make_cases
    from adapters.performance.microbench.session import Session
    from adapters.performance.microbench.settings import check_options

    sizes = {"a": 1000, "copy": 1000, "slower": round(1000 * SLOWDOWN)}
    cases = [
        case
        for name, size in sizes.items()
        for case in make_cases(function, {"name": name, "args": (size,)}, None, is_async=False, concurrency=1)
    ]
    return Session(cases, check_options({"processes": rounds, "seed": seed}, None, None)).run()


def draw(
    arms: Sequence[BenchmarkResult], other: int | None, rng: random.Random
) -> tuple[BenchmarkResult, BenchmarkResult]:
    """Two sides of a comparison from consecutive rounds: the two copies, or one of them and the arm ``other``."""
    first = rng.randrange(len(arms[0].values_ms) - PROCESSES + 1)
    left, right = [], []
    for index in range(first, first + PROCESSES):
        pair = [arms[0].values_ms[index], arms[1].values_ms[index]]
        rng.shuffle(pair)
        left.append(pair[0])
        right.append(pair[1] if other is None else arms[other].values_ms[index])
    return _with(arms[0], "base", left), _with(arms[0], "new", right)


def _with(result: BenchmarkResult, name: str, values: Values) -> BenchmarkResult:
    return result.model_copy(
        update={"name": name, "values_ms": tuple(map(tuple, values)), "processes": len(values)}
    )


def polyload(a: BenchmarkResult, b: BenchmarkResult) -> bool:
    """Whether compare_benchmarks says faster or slower."""
    return compare_pairs([(a, b)])[0].verdict in ("faster", "slower")


def pyperf(a: BenchmarkResult, b: BenchmarkResult) -> bool:
    """pyperf's ``is_significant``: Student's t with pooled variance over all values, two-sided, 95 %."""
    left, right = ([value for values in side.values_ms for value in values] for side in (a, b))
    m, n = len(left), len(right)
    pooled = ((m - 1) * variance(left) + (n - 1) * variance(right)) / (m + n - 2)
    score = abs(fmean(left) - fmean(right)) / math.sqrt(pooled * (1 / m + 1 / n))
    return score > 1.964  # the quantile of Student's t with some 600 degrees of freedom


def over(pick: Callable[[Sequence[float]], float], threshold: float):  # type: ignore[no-untyped-def]
    """pytest-benchmark's ``--benchmark-compare-fail``, in either direction: one process a side."""

    def rule(a: BenchmarkResult, b: BenchmarkResult) -> bool:
        return abs(pick(b.values_ms[0]) / pick(a.values_ms[0]) - 1) > threshold

    return rule


RULES = {
    "polyload compare_benchmarks": polyload,
    "pyperf's t-test on the same values": pyperf,
    "pytest-benchmark's mean:2%": over(fmean, 0.02),
    "pytest-benchmark's min:2%": over(min, 0.02),
}


def print_rates(rounds: int, comparisons: int, seed: int) -> None:
    rng = random.Random(seed)
    said: dict[str, list[list[bool]]] = {name: [[], []] for name in RULES}
    by_function = []
    started = time.perf_counter()
    for number, function in enumerate(FUNCTIONS):
        arms = measure(function, rounds, seed + number)
        mine: list[list[bool]] = [[], []]
        for _ in range(comparisons // len(FUNCTIONS)):
            for what, other in enumerate((None, 2)):
                a, b = draw(arms, other, rng)
                for name, rule in RULES.items():
                    said[name][what].append(rule(a, b))
                mine[what].append(said["polyload compare_benchmarks"][what][-1])
        medians = [median(values) for values in arms[0].values_ms]
        spread = math.sqrt(variance(map(math.log, medians)))
        true = median(median(values) for values in arms[2].values_ms) / median(medians) - 1
        by_function.append((function.__name__, arms[0].median_ms or 0.0, spread, true, *mine))
    taken_s = time.perf_counter() - started
    print(
        f"{comparisons} comparisons of {PROCESSES} processes a side, drawn from {rounds} rounds of 3 processes of "
        f"{len(FUNCTIONS)} functions\n(measured in {taken_s:.0f} s); pyperf and pytest-benchmark: their rules, "
        "applied to the same values\n"
    )
    print(f"{'declared different':<38}{'A/A':>8}{'3 % slower':>12}")
    for name, (same, slower) in said.items():
        print(f"{name:<38}{fmean(same):>8.1%}{fmean(slower):>12.1%}")
    print(f"\n{'polyload, by function':<22}{'ms':>8}{'spread':>8}{'slower by':>11}{'A/A':>8}{'found':>8}")
    for name, ms, spread, true, same, slower in by_function:
        print(f"{name:<22}{ms:>8.3f}{spread:>8.1%}{true:>11.1%}{fmean(same):>8.1%}{fmean(slower):>8.1%}")


_TIMEIT = (
    "import timeit; from benchmarks.functions import empty; t = timeit.Timer(empty); n, s = t.autorange(); "
    "n = max(1, int(n * 0.006 / s)); t.repeat(10, n); v = sorted(t.repeat(20, n)); print(v[0] / n, v[10] / n)"
)


def print_overhead() -> None:
    """An empty function beside timeit, process by process."""
    least: list[float] = []
    middle: list[float] = []

    def timeit_too(done: int, total: int, _: str) -> None:
        if done < total:
            ran = subprocess.run([sys.executable, "-c", _TIMEIT], capture_output=True, text=True, check=True)
            for figures, text in zip((least, middle), ran.stdout.split(), strict=True):
                figures.append(float(text) * 1e9)

    result = BenchmarkRunner(on_progress=timeit_too).benchmark_sync(empty, processes=20)
    ours = [[1e6 * value for value in values] for values in result.values_ms]
    print(
        "an empty function, 20 processes each that took turns; of each the least and the middle of 20 values"
    )
    print(f"{'ns, median over processes':<38}{'timeit':>8}{'polyload':>10}{'difference':>12}{'allowed':>9}")
    for name, theirs, mine in (("least", least, map(min, ours)), ("middle", middle, map(median, ours))):
        known, told = median(theirs), median(mine)
        print(f"{name:<38}{known:>8.1f}{told:>10.1f}{told - known:>+12.1f}{5 + 0.02 * known:>9.1f}")
    if result.waited_share:
        print(f"other work kept ours waiting {result.waited_share:.0%} of the time, which timeit would count")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--comparisons", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print_rates(given.rounds, given.comparisons, given.seed)
    print()
    print_overhead()


if __name__ == "__main__":
    main()
