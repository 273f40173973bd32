"""How long the native engine's workers take until they are ready, beside a bare Python and ``import numpy``.

python -m benchmarks.workers
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.native.workers import started_workers

COUNTS = (1, 2, 4)
PLAN = Plan.for_url("http://127.0.0.1:9/", load={"users": 100, "duration": 1})


def start_workers(number: int) -> float:
    """Seconds until so many workers are ready for the load."""
    jobs = NativeAdapter(processes=number)._jobs(PLAN)

    async def start() -> float:
        started = perf_counter()
        async with started_workers(jobs):
            return perf_counter() - started

    return asyncio.run(start())


def run_python(code: str) -> float:
    """Seconds that a Python process takes."""
    started = perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return perf_counter() - started


def main(rounds: int = 7) -> None:
    cases: dict[str, Callable[[], float]] = {
        "python -c pass": lambda: run_python("pass"),
        "python -c 'import numpy'": lambda: run_python("import numpy"),
        **{f"{number} workers ready": lambda number=number: start_workers(number) for number in COUNTS},
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            cpu_before_s = _children_cpu_s()
            wall_s = case()
            taken[name].append((wall_s, _children_cpu_s() - cpu_before_s))
    print(f"{'':<26}{'median ms':>10}{'least ms':>10}{'CPU ms':>10}")
    for name, times in taken.items():
        walls, cpus = zip(*times, strict=True)
        middle, least, cpu = statistics.median(walls), min(walls), statistics.median(cpus)
        print(f"{name:<26}{1000 * middle:>10.0f}{1000 * least:>10.0f}{1000 * cpu:>10.0f}")


def _children_cpu_s() -> float:
    """CPU seconds of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
