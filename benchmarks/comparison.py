"""How often a comparison of a server with itself finds a difference: run_comparison, and the rules of the field.

    python -m benchmarks.comparison [--runs 60] [--seconds 2] [--rate 1100] [--comparisons 40]

A pool of short runs of one plan against one real server on loopback is measured once. Each of the 40 A/A comparisons
takes ten neighbours in time from it, five a side in turn as ``run_comparison`` would have had them (the start and who
begins are drawn with a fixed seed), so comparisons share runs and their count is not that of independent ones. The last
columns have 10 and 30 % added to every latency of one side: what true changes look like to the same rules.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.performance import PerformanceClient, RunResult, compare_results, read_samples
from adapters.performance.stats import mann_whitney
from adapters.performance.testing import DemoServer
from adapters.performance.workflows.comparison.figures import TIMES

SEED = 20260101
EACH = 5
ADDED = (1.1, 1.3)
UNHEALTHY = ("GeneratorSaturated", "GeneratorBusy")
FAMILIES = {
    "latency": ("p50", "p95", "p99", "p999"),
    "throughput": ("throughput",),
    "errors": ("error_rate",),
}


@dataclass(frozen=True)
class Run:
    """A run of the pool, and the latency of each of its requests in ms."""

    result: RunResult
    latencies: np.ndarray

    def slower(self, factor: float) -> "Run":
        """The run as it would have been with every latency so many times as long."""
        latency = self.result.summary.latency_ms
        scaled = latency.model_copy(update={name: _times(getattr(latency, name), factor) for name in TIMES})
        summary = self.result.summary.model_copy(update={"latency_ms": scaled})
        return Run(self.result.model_copy(update={"summary": summary}), factor * self.latencies)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else factor * value


async def measure(url: str, seconds: int, rate: float, count: int, budget_s: float) -> tuple[list[Run], int]:
    """So many healthy runs, or as many as the time allows, and how many were left out: the generator was the limit."""
    pool: list[Run] = []
    unhealthy = 0
    until = time.monotonic() + budget_s
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "run.npz")
        async with PerformanceClient("native") as client:
            while len(pool) < count and time.monotonic() < until:
                result = await client.load_test(url, rate=rate, duration=seconds, max_users=200, samples=file)
                if any(warning.code in UNHEALTHY for warning in result.warnings):
                    unhealthy += 1
                else:
                    pool.append(Run(result, np.asarray(read_samples(file)["latency_ns"], dtype=float) / 1e6))
                print(f"\r{len(pool)} runs, {unhealthy} left out", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pool, unhealthy


def draws(pool: list[Run], count: int) -> list[tuple[list[Run], list[Run]]]:
    """Sides of five runs each: ten neighbours, their order turned around each round."""
    rng = random.Random(SEED)
    drawn = []
    for _ in range(count):
        start, swapped = rng.randrange(len(pool) - 2 * EACH + 1), rng.random() < 0.5
        sides: tuple[list[Run], list[Run]] = [], []
        for place, run in enumerate(pool[start : start + 2 * EACH]):
            turn, position = divmod(place, 2)
            sides[(position + turn + swapped) % 2].append(run)
        drawn.append(sides)
    return drawn


def by_polyload(a: list[Run], b: list[Run]) -> set[str]:
    """The families in which a figure is called better or worse."""
    result = compare_results([run.result for run in a], [run.result for run in b])
    if not result.pairs[0].comparable:
        raise SystemExit(f"these runs cannot be compared: {result.reason}")
    found = {metric.metric for metric in result.pairs[0].metrics if metric.verdict in ("better", "worse")}
    return {family for family, names in FAMILIES.items() if found & set(names)}


def pooled(runs: list[Run]) -> np.ndarray:
    """The latencies of every request of several runs."""
    return np.concatenate([run.latencies for run in runs])


def by_requests(a: list[Run], b: list[Run]) -> set[str]:
    """Mann-Whitney over every request."""
    return {"latency"} if mann_whitney(pooled(a), pooled(b)).p < 0.05 else set()


def moved(q: float, take: Callable[[list[Run]], np.ndarray]) -> Callable[[list[Run], list[Run]], set[str]]:
    """A gate on a quantile that moved by over 10 %."""

    def gate(a: list[Run], b: list[Run]) -> set[str]:
        return {"latency"} if abs(np.quantile(take(b), q) / np.quantile(take(a), q) - 1) > 0.1 else set()

    return gate


RULES: dict[str, Callable[[list[Run], list[Run]], set[str]]] = {
    "polyload compare, 5 runs a side": by_polyload,
    "Mann-Whitney over pooled requests": by_requests,
    "p99 of pooled requests moved over 10 %": moved(0.99, pooled),
    "p99 of one run a side moved over 10 %": moved(0.99, lambda runs: runs[0].latencies),
}


def main() -> None:
    """Measure the pool, and print what each rule makes of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1100)
    parser.add_argument("--comparisons", type=int, default=40)
    parser.add_argument("--budget", type=float, default=900, help="seconds to measure for at most")
    options = parser.parse_args()
    with DemoServer() as shop:
        url = f"{shop.url}/products"
        pool, unhealthy = asyncio.run(
            measure(url, options.seconds, options.rate, options.runs, options.budget)
        )
    if len(pool) < 2 * EACH:
        raise SystemExit(f"{len(pool)} healthy runs are too few: the generator was the limit in {unhealthy}")
    p50, p99 = (np.array([np.quantile(run.latencies, q) for run in pool]) for q in (0.5, 0.99))
    print(
        f"{len(pool)} runs of {options.seconds} s at {options.rate:g}/s ({unhealthy} left out, generator saturated); "
        f"p50 {np.median(p50):.2f} ms, p99 {np.median(p99):.1f} ms, from run to run "
        f"{100 * p50.std() / p50.mean():.1f} % and {100 * p99.std() / p99.mean():.1f} %\n"
    )
    report(draws(pool, options.comparisons))


def report(sides: list[tuple[list[Run], list[Run]]]) -> None:
    """Print how often each rule declares a difference, with and without one."""
    titles = [f"B {100 * (factor - 1):.0f} % slower" for factor in ADDED]
    print(
        f"{'declared different, of ' + str(len(sides)):46} {'A/A':>5} {'share':>7}",
        *map("{:>15}".format, titles),
    )
    for name, rule in RULES.items():
        same, *slower = (
            Counter(family for a, b in sides for family in rule(a, [run.slower(factor) for run in b]))
            for factor in (1.0, *ADDED)
        )
        for family in FAMILIES if rule is by_polyload else ("latency",):
            title = f"{name}: {family}" if rule is by_polyload else name
            found = [str(counts[family]) if family == "latency" else "–" for counts in slower]
            share = f"{same[family] / len(sides):.1%}"
            print(f"{title:46} {same[family]:>5} {share:>7}", *map("{:>15}".format, found))


if __name__ == "__main__":
    main()
