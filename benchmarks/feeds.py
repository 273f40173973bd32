"""What a data feed of a million rows costs: until the first request, and for each iteration.

    python -m benchmarks.feeds [--rows 1000000] [--rounds 5] [--engines native locust k6]

Start: how much longer a run of one iteration takes with the feed than without it, medians. Drawing: the time of one
draw in a worker, the row parsed, over random places of the file as over neighbouring ones. Iterations: CPU time per
iteration of a worker that sends nothing, with the feed and without.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from adapters.performance import Plan
from adapters.performance.engines.program import runtime
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.engines.registry import create_engine
from adapters.performance.engines.running import run_plan
from adapters.performance.testing import RecordingServer

COLUMNS = ("name", "email", "password", "id", "kind")
STRATEGIES = ("sequential", "shuffled", "random", "unique", "per_user")


def write_csv(path: Path, rows: int, *, quoted: bool) -> Path:
    """A file like those people have; ``quoted``: every tenth row has a field with a comma and one with a line break."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(COLUMNS) + "\n")
        for number in range(rows):
            name = f'"User, {number}\nJr."' if quoted and number % 10 == 0 else f"user{number}"
            out.write(f"{name},user{number}@shop.example,pass-{number},{number},premium\n")
    return path


def plan_of(url: str, feed: dict[str, Any] | None, iterations: int = 1) -> Plan:
    text = "${f.name} ${f.email}" if feed else "nobody"
    return Plan.from_dict(
        {
            "scenarios": [{"steps": [{"url": url, "method": "POST", "body": text}]}],
            "load": {"iterations": iterations},
            "data": {"f": feed} if feed else {},
        }
    )


def time_of_layout(feed: dict[str, Any], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            compile_plan(plan_of("http://h/", feed), folder=Path(folder))
            taken.append(time.perf_counter() - started)
    return median(taken)


def time_of_draw(feed: dict[str, Any], count: int = 200_000) -> float:
    """Microseconds of a draw."""
    with tempfile.TemporaryDirectory() as folder:
        program = compile_plan(plan_of("http://h/", feed), folder=Path(folder))
        draw, session = runtime.compile_draw(program["feeds"]), runtime.Session(0, {}, 1)
        started = time.perf_counter()
        for iteration in range(count):
            draw(session, iteration)
        return (time.perf_counter() - started) / count * 1e6


async def start_of_run(engine: str, feed: dict[str, Any] | None, rounds: int) -> float:
    taken = []
    with RecordingServer() as server:
        for _ in range(rounds):
            started = time.perf_counter()
            result = await run_plan(create_engine(engine), plan_of(server.url, feed))
            taken.append(time.perf_counter() - started)
            assert result.success, result.reason
    return median(taken)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", nargs="+", default=["native", "locust", "k6"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain = write_csv(Path(folder) / "plain.csv", given.rows, quoted=False)
        quoted = write_csv(Path(folder) / "quoted.csv", given.rows, quoted=True)
        print(f"{given.rows} rows, {plain.stat().st_size / 1e6:.0f} MB; CSV\n")
        print(f"{'read and checked before the run':<44}{'s':>8}")
        for file, name in ((plain, "plain"), (quoted, "every tenth row quoted")):
            print(f"{name:<44}{time_of_layout({'file': file}, given.rounds):>8.2f}")
        print(f"{'plain, shuffled':<44}", end="")
        print(f"{time_of_layout({'file': plain, 'strategy': 'shuffled'}, given.rounds):>8.2f}")
        print(f"\n{'a draw, the row parsed':<44}{'µs':>8}")
        for strategy in STRATEGIES:
            print(f"{strategy:<44}{time_of_draw({'file': plain, 'strategy': strategy}):>8.2f}")
        print(f"{'sequential, every tenth row quoted':<44}{time_of_draw({'file': quoted}):>8.2f}")
        print(f"\n{'a run of one iteration':<24}{'without, s':>12}{'with, s':>12}{'more, s':>12}")
        for engine in given.engines:
            bare = await start_of_run(engine, None, given.rounds)
            fed = await start_of_run(engine, {"file": plain}, given.rounds)
            print(f"{engine:<24}{bare:>12.2f}{fed:>12.2f}{fed - bare:>12.2f}")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nmost memory of a process that was started: {children:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main())
