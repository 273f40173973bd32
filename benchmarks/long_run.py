"""Memory over long runs: an hour of 100 million requests fed to the collector, and a real run of 20 million.

The feed is what a worker would tell: a window a second as a line of JSON, of eight request names, with failures whose
messages are all different. The real run loads a static server (nginx where it is installed) with 50 users.

    python -m benchmarks.long_run [--simulated 100000000] [--real 20000000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from time import perf_counter

import numpy as np
import psutil

from adapters.performance import MetricsCollector, NativeAdapter, Plan
from adapters.performance.engines.running import run_plan
from adapters.performance.metrics import Histogram, RequestStats, Window

from .targets import static_server

HOUR_S = 3600
NAMES = tuple(f"request {number}" for number in range(8))
FAILURES_PER_WINDOW = 20
SAMPLE_EVERY_S = 10.0
_RNG = np.random.default_rng(1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--simulated", type=int, default=100_000_000, metavar="REQUESTS", help="0: none")
    parser.add_argument("--real", type=int, default=20_000_000, metavar="REQUESTS", help="0: none")
    given = parser.parse_args()
    if given.simulated:
        simulate(given.simulated)
    if given.real:
        run(given.real)


def simulate(requests: int) -> None:
    """An hour of requests, told to a collector."""
    print(f"{'simulated requests':>20}{'run time':>10}{'memory MiB':>12}{'took':>9}")
    collector, started = MetricsCollector(), perf_counter()
    collector.add_listener(lambda window: None)
    marks = [mark for mark in (1, 1_000_000, 10_000_000) if mark < requests] + [requests]
    done = 0
    for second in range(HOUR_S):
        count = requests * (second + 1) // HOUR_S - requests * second // HOUR_S
        collector.add_window(Window.from_dict(json.loads(told(second, count))))
        collector.advance(second)
        done += count
        while marks and done >= marks[0]:
            marks.pop(0)
            print(
                f"{done:>20,}{second + 1:>8} s{rss_mib():>12.1f}{perf_counter() - started:>7.1f} s",
                flush=True,
            )
    total = collector.totals()
    assert total.requests == total.latency.count == requests
    assert len(collector.timeline) == HOUR_S


def told(second: int, count: int) -> str:
    """A worker's window of so many requests, as its line of JSON."""
    requests = {}
    for number, name in enumerate(NAMES):
        part = count * (number + 1) // len(NAMES) - count * number // len(NAMES)
        times = Histogram()
        times.record(_RNG.lognormal(16, 0.6, part))
        failures = min(part, FAILURES_PER_WINDOW // len(NAMES))
        errors = Counter({("check", f"{name}: {second}-{number}-{n}"): 1 for n in range(failures)})
        statuses = Counter({200: part})
        requests[name] = RequestStats(
            part, failures, times, times, None, None, statuses, errors, part * 512, part * 80
        )
    return json.dumps(Window(second, users=50, requests=requests, iterations=count).to_dict())


def run(requests: int) -> None:
    """A real run on the native engine; the memory of this process and of its worker while it goes on."""
    plan_load = {"iterations": requests, "users": 50}
    with static_server() as (url, server):
        print(
            f"\n{requests:,} requests to {server}\n\n{'after':>8}{'requests':>14}{'parent MiB':>12}{'worker MiB':>12}"
        )
        result = asyncio.run(_watched(Plan.for_url(url, load=plan_load)))
    print(f"\n{result}")


async def _watched(plan: Plan) -> str:
    collector, started = MetricsCollector(), perf_counter()
    running = asyncio.ensure_future(run_plan(NativeAdapter(), plan, collector=collector))
    while not running.done():
        await asyncio.wait({running}, timeout=SAMPLE_EVERY_S)
        workers = [child for child in psutil.Process().children() if _is_worker(child)]
        memory = "".join(f"{rss_mib(worker):>12.1f}" for worker in workers)
        if memory:
            done = collector.totals().requests
            print(f"{perf_counter() - started:>6.0f} s{done:>14,}{rss_mib():>12.1f}{memory}", flush=True)
    result = running.result()
    summary = result.summary
    assert result.duration_s is not None
    return (
        f"{summary.requests:,} requests, {summary.failures} failed, in {result.duration_s:.0f} s: "
        f"{summary.throughput_rps:,.0f}/s, p50 {summary.latency_ms.p50:.3f} ms, p99.9 {summary.latency_ms.p999:.3f} ms"
    )


def _is_worker(child: psutil.Process) -> bool:
    return any("native.worker" in word for word in child.cmdline())


def rss_mib(process: psutil.Process | None = None) -> float:
    """The memory of a process, of this one by default."""
    resident: int = (process or psutil.Process()).memory_info().rss
    return resident / (1 << 20)


if __name__ == "__main__":
    main()
