"""How fast the native engine is beside wrk, k6 and Locust, and what it costs to run a tool through polyload.

Every figure is a ratio within one round, in which all tools run one after the other against the same server; the
medians of the rounds are printed. The server has processor 0. The native engine, wrk, k6 and Locust share processor 1
when they are held against each other; what polyload adds to a tool is measured with every processor free, as people
run it.

    python -m benchmarks.speed [--rounds 3] [--seconds 3] [--users 50]
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable

from adapters.performance import (
    ApacheBenchAdapter,
    EngineAdapter,
    K6Adapter,
    LocustAdapter,
    NativeAdapter,
    Plan,
)
from adapters.performance.engines.running import run_plan

from . import bare
from .bare import Rate
from .targets import pin, static_server, unpin

Tool = Callable[[str, int, int], Rate | None]
GOALS = {
    ("native", "wrk"): 0.70,
    ("native", "k6 on one core"): 2.5,
    ("native", "locust on one core"): 6.0,
    ("locust", "locust bare"): 0.97,
    ("ab", "ab bare"): 0.97,
    ("k6", "k6 bare"): 0.85,
    ("k6 counts", "k6 bare"): 0.93,
}
WALL_GOAL_S = 0.7


def through(engine: EngineAdapter, **options: str) -> Tool:
    """A tool run through polyload, with ``options`` of the plan."""

    def run(url: str, users: int, duration_s: int) -> Rate | None:
        if not engine.detect().available:
            return None
        started = time.perf_counter()
        result = asyncio.run(
            run_plan(
                engine, Plan.for_url(url, load={"users": users, "duration": duration_s}, options=options)
            )
        )
        if not result.success or result.summary.throughput_rps is None:
            raise RuntimeError(f"{engine.name}: {result.reason}")
        return Rate(result.summary.throughput_rps, time.perf_counter() - started)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--users", type=int, default=50)
    given = parser.parse_args()
    on_one_core: dict[str, Tool] = {
        "wrk": bare.wrk,
        "native": through(NativeAdapter()),
        "k6 on one core": bare.k6,
        "locust on one core": bare.locust,
    }
    as_it_comes: dict[str, Tool] = {
        "k6 bare": bare.k6,
        "k6": through(K6Adapter()),
        "k6 counts": through(K6Adapter(), timeline="counts"),
        "locust bare": bare.locust,
        "locust": through(LocustAdapter()),
        "ab bare": bare.ab,
        "ab": through(ApacheBenchAdapter()),
    }
    tools = {**on_one_core, **as_it_comes}
    rounds: list[dict[str, Rate | None]] = []
    with static_server() as (url, server):
        print(f"{server}; {given.users} kept connections, {given.seconds} s each, {given.rounds} rounds\n")
        for number in range(given.rounds):
            figures: dict[str, Rate | None] = {}
            for name in _order(list(tools), number):
                pin(1) if name in on_one_core else unpin()
                figures[name] = tools[name](url, given.users, given.seconds)
            rounds.append(figures)
    _print_rates(tools, rounds)
    _print_ratios(rounds)


def _order(names: list[str], number: int) -> list[str]:
    """Every second round the other way round, so that a drift of the machine favours nobody."""
    return names if number % 2 == 0 else names[::-1]


def _print_rates(tools: dict[str, Tool], rounds: list[dict[str, Rate | None]]) -> None:
    print(f"{'tool':<20}{'requests/s':>12}{'wall s':>9}")
    for name in tools:
        rates = [rate for figures in rounds if (rate := figures[name]) is not None]
        if not rates:
            print(f"{name:<20}{'not installed':>12}")
            continue
        rps, wall = statistics.median(r.rps for r in rates), statistics.median(r.wall_s for r in rates)
        print(f"{name:<20}{rps:>12,.0f}{wall:>9.2f}")


def _print_ratios(rounds: list[dict[str, Rate | None]]) -> None:
    print(f"\n{'ratio':<30}{'median':>8}{'min':>8}{'max':>8}{'goal':>8}{'added wall s':>14}")
    for (one, other), goal in GOALS.items():
        pairs = [(a, b) for figures in rounds if (a := figures[one]) and (b := figures[other])]
        if not pairs:
            continue
        ratios = [a.rps / b.rps for a, b in pairs]
        wall = ""
        if other == f"{one.split()[0]} bare":
            wall = f"{statistics.median(a.wall_s - b.wall_s for a, b in pairs):+.2f} (≤ {WALL_GOAL_S})"
        middle = statistics.median(ratios)
        print(
            f"{one + ' / ' + other:<30}{middle:>8.2f}{min(ratios):>8.2f}{max(ratios):>8.2f}{goal:>8.2f}{wall:>14}"
        )


if __name__ == "__main__":
    main()
