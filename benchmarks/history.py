"""What keeping results costs: a table of times and rates, each beside its goal.

Run it with ``python -m benchmarks.history [URL]``, URL being that of an empty PostgreSQL database to measure as well.
It takes about two minutes.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from adapters.performance import History, NativeAdapter, Plan, RunResult
from adapters.performance.engines.running import run_plan
from adapters.performance.history.provenance import here
from adapters.performance.history.writing import Draft, Mark
from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    RequestStats,
    Samples,
    Semantics,
    Window,
    build_result,
)
from adapters.performance.metrics.raw.sink import SampleSink
from adapters.performance.plan.reading import with_samples
from adapters.performance.plan.samples import SamplesFile

from .targets import static_server

NAMES, SECONDS, RUNS, ROWS = 50, 3600, 10_000, 1_000_000
PAIRS, LOAD_S = 8, 3
_RNG = np.random.default_rng(1)
_ENGINE = EngineInfo(
    name="native",
    version="1",
    semantics=Semantics(latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="no"),
)
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        places: dict[str, str] = {"SQLite": str(where / "history.db")}
        if len(sys.argv) > 1:
            places["PostgreSQL"] = sys.argv[1]
        run, file = long_run(), samples_file(where / "rows.npz", ROWS)
        for name, place in places.items():
            for row in figures(name, History(place), run, file):
                show(*row)
        for what, ratios in zip(("per second", "per CPU second"), throughput_ratios(where), strict=True):
            spread = f"{median(ratios):.3f}, {min(ratios):.2f} to {max(ratios):.2f}"
            show(f"requests {what}, each kept over not kept", spread, "≥ 0.97")


def show(what: str, figure: str, goal: str) -> None:
    """A line of the table."""
    print(f"{what:<58}{figure:>22}   {goal}", flush=True)


def figures(name: str, history: History, run: RunResult, file: Path) -> list[tuple[str, str, str]]:
    """The rows of one database."""
    size = f"{NAMES} names × {SECONDS:,} s"
    storing = best_s(lambda: history.store(run), 3)
    loading = best_s(lambda: history.load("latest"), 3)
    begin = perf_counter()
    history.store_requests("latest", file)
    rate = ROWS / (perf_counter() - begin)
    fill(history)
    listing = best_s(lambda: history.runs(), 5)
    twenty = best_s(lambda: history.runs(limit=20), 5)
    return [
        (f"{name}: storing a run of {size}", f"{storing:.2f} s", "≤ 0.5 s"),
        (f"{name}: loading it, with its recording", f"{loading:.2f} s", ""),
        (f"{name}: storing {ROWS:,} single requests", f"{rate:,.0f} rows/s", "≥ 100,000/s"),
        (f"{name}: listing {RUNS:,} runs", f"{listing:.2f} s", "≤ 0.3 s"),
        (f"{name}: listing 20 of them", f"{twenty * 1000:.1f} ms", ""),
    ]


def best_s(action: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


def long_run() -> RunResult:
    """An hour of requests of fifty names, with its recording."""
    collector = MetricsCollector()
    for second in range(SECONDS):
        collector.add_window(Window(second, users=50, requests=dict(map(_name, range(NAMES)))))
    return _result(collector, float(SECONDS))


def _name(number: int) -> tuple[str, RequestStats]:
    times_ns = _RNG.lognormal(16, 0.6, 20)
    stats = RequestStats(20, status_codes=Counter({200: 20}), bytes_received=10_240)
    stats.latency.record(times_ns)
    stats.ttfb = Histogram()
    stats.ttfb.record(times_ns * 0.8)
    return f"request {number}", stats


def _result(collector: MetricsCollector, duration_s: float) -> RunResult:
    return build_result(
        plan={"target": "http://localhost", "load": {"users": 50, "duration": duration_s}},
        engine=_ENGINE,
        started_at=_BEGAN,
        duration_s=duration_s,
        stopped="completed",
        collector=collector,
    )


def fill(history: History) -> None:
    """Thousands of short runs, in one transaction: filling is not what is measured."""
    collector, source = MetricsCollector(), here()
    collector.add_window(Window(0, requests=dict([_name(0)])))
    short = _result(collector, 1.0)
    with history._database.writing() as connection:
        for number in range(RUNS):
            run = short.model_copy(update={"started_at": _BEGAN + timedelta(minutes=number)})
            Draft(run, Mark("nightly", ("main",)), source).write(connection)


def samples_file(path: Path, rows: int) -> Path:
    """A file of raw samples as an engine writes it."""
    sink = SampleSink(SamplesFile(file=path))
    for start in range(0, rows, 10_000):
        sink.add(
            Samples(
                names=("home", "cart"),
                errors=(("status", "status 500"),),
                name=_RNG.integers(0, 2, 10_000),
                error=np.where(_RNG.random(10_000) < 0.01, 0, -1),
                end_s=start / 10_000 + np.sort(_RNG.random(10_000)),
                latency_ns=_RNG.lognormal(16, 0.6, 10_000),
                ttfb_ns=_RNG.lognormal(15, 0.6, 10_000),
                status=np.full(10_000, 200),
                bytes_received=np.full(10_000, 512),
                bytes_sent=np.full(10_000, 128),
                worker=np.zeros(10_000, dtype=np.int64),
            )
        )
    sink.close(_BEGAN)
    return path


def throughput_ratios(folder: Path) -> tuple[list[float], list[float]]:
    """The native engine with each request kept, over without: requests per second, and per CPU second of its worker.

    A ratio for each pair of neighbours in time, which take turns at being first.
    """
    by_rate, by_cpu = [], []
    with static_server() as (url, _):
        plain = Plan.for_url(url, load={"users": 20, "duration": LOAD_S})
        kept = with_samples(plan=plain, file=folder / "spill.npz", ratio=1.0, source="benchmark")
        for number in range(PAIRS):
            found = {}
            for keeps in (True, False) if number % 2 else (False, True):
                result = asyncio.run(run_plan(NativeAdapter(), kept if keeps else plain))
                requests = result.summary.requests
                found[keeps] = result.summary.throughput_rps or 0.0, requests / result.resources["cpu_s"]
            by_rate.append(found[True][0] / found[False][0])
            by_cpu.append(found[True][1] / found[False][1])
    return by_rate, by_cpu


if __name__ == "__main__":
    main()
