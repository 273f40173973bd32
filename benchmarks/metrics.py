"""What measuring costs: a table of rates, times per call and memory, each beside its goal.

Run it with ``python benchmarks/metrics.py``; it takes about ten seconds on one core.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np

from adapters.performance.metrics import Histogram, MetricsCollector, RequestStats, Samples, Window

CHUNK = 1 << 16
NAMES = tuple(f"request {number}" for number in range(8))
RUN_S = 30  # so that 1 M requests already reach every second of the run
_RNG = np.random.default_rng(1)


def main() -> None:
    """Measure and print."""
    latency_ns = _RNG.lognormal(16, 0.6, CHUNK)
    rows = [
        ("histogram, 64 Ki float64 arrays", f"{binned_per_s(latency_ns) / 1e6:.0f} M samples/s", "≥ 100 M/s"),
        ("record_response_time", f"{ns_per_call():.0f} ns/call", "≤ 150 ns"),
        ("add_samples, 8 names, 64 Ki a batch", f"{samples_per_s(CHUNK) / 1e6:.1f} M samples/s", "≥ 1 M/s"),
        ("add_samples, 8 names, 2 Ki a batch", f"{samples_per_s(2048) / 1e6:.1f} M samples/s", "≥ 1 M/s"),
        ("add_window, one name", f"{us_per_window(latency_ns):.0f} µs", ""),
        ("merge, dense and dense", f"{us_per_merge(latency_ns, compact=False):.1f} µs", "≤ 43 µs"),
        ("merge, compact into dense", f"{us_per_merge(latency_ns, compact=True):.1f} µs", "≤ 43 µs"),
        ("one kept second of 65,536 requests", f"{kept_bytes(latency_ns) / 1024:.1f} KiB", ""),
        ("peak memory, 1 M requests", f"+{peak_growth_mib(1_000_000):.1f} MiB", "flat"),
        ("peak memory, 10 M requests", f"+{peak_growth_mib(10_000_000):.1f} MiB", "flat"),
        ("peak memory, 100 M requests", f"+{peak_growth_mib(100_000_000):.1f} MiB", "flat"),
    ]
    for what, figure, goal in rows:
        print(f"{what:<38}{figure:>20}   {goal}")


def best_s(action: Callable[[], object], rounds: int = 50) -> float:
    """The shortest of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


def binned_per_s(latency_ns: np.ndarray) -> float:
    histogram = Histogram()
    return CHUNK / best_s(lambda: histogram.record(latency_ns), 300)


def ns_per_call(calls: int = 300_000) -> float:
    """All of it: the call, the loop around it, and the flushes that fall into it."""
    collector = MetricsCollector()
    collector.start_collection()

    def record() -> None:
        for _ in range(calls):
            collector.record_response_time(12.5)

    return best_s(record, 15) / calls * 1e9


def batch(size: int, second: int) -> Samples:
    """Requests of all names, one in twenty failed, within two seconds."""
    return Samples(
        names=NAMES,
        errors=(("status", "status 500"),),
        name=_RNG.integers(0, len(NAMES), size),
        error=np.where(_RNG.random(size) < 0.05, 0, -1),
        end_s=second + np.sort(_RNG.uniform(0, 2, size)),
        latency_ns=_RNG.lognormal(16, 0.6, size),
        ttfb_ns=_RNG.lognormal(15, 0.6, size),
        status=np.full(size, 200),
        bytes_received=np.full(size, 512),
    )


def samples_per_s(size: int) -> float:
    collector, samples = MetricsCollector(), batch(size, 0)
    return size / best_s(lambda: collector.add_samples(samples))


def us_per_window(latency_ns: np.ndarray) -> float:
    collector, latency = MetricsCollector(), Histogram()
    latency.record(latency_ns[:1000])
    window = Window(0, requests={"home": RequestStats(1000, latency=latency.compact())})
    return best_s(lambda: collector.add_window(window)) * 1e6


def us_per_merge(latency_ns: np.ndarray, *, compact: bool) -> float:
    total, part = Histogram(), Histogram()
    total.record(latency_ns)
    part.record(latency_ns)
    if compact:
        part.compact()
    return best_s(lambda: total.merge(part)) * 1e6


def kept_bytes(latency_ns: np.ndarray) -> int:
    histogram = Histogram()
    histogram.record(latency_ns)
    return histogram.compact().nbytes


def peak_growth_mib(requests: int) -> float:
    """How far a fresh process grows while its collector is fed a run of RUN_S seconds."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_feed, (requests,))


def _feed(requests: int) -> float:
    batches = [batch(CHUNK, second) for second in range(0, RUN_S, 2)]
    MetricsCollector().add_samples(batches[0])
    collector, before = MetricsCollector(), _peak_mib()
    for number in range(-(-requests // CHUNK)):
        collector.add_samples(batches[number % len(batches)])
    assert collector.totals().requests >= requests
    return _peak_mib() - before


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main()
