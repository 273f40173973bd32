"""Ten thousand users who mostly wait, 5,000 requests a second: memory for each, and how late arrivals start."""

import asyncio
import contextlib
from typing import NamedTuple

import psutil

from adapters.performance import MetricsCollector, NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from ..targets import static_server
from .rows import Row

_RATE, _WAIT_S, _DURATION_S = 5000, 2, 12
_FEW = 50


class Crowd(NamedTuple):
    """The most users at once, the most resident memory of the worker in bytes, and the lag's p99."""

    users: int
    memory: int
    lag_ms: float


def crowd() -> list[Row]:
    """A row for the memory of a user, the difference between many and few, and one for the scheduler lag."""
    with static_server() as (url, _):
        few, many = asyncio.run(_run(url, _FEW)), asyncio.run(_run(url, _RATE))
    each_kib = (many.memory - few.memory) / (many.users - few.users) / 1024
    note = f"{many.users} users {many.memory / 2**20:.0f} MiB, {few.users} users {few.memory / 2**20:.0f} MiB"
    return [
        Row("10,000 users, 5,000/s: memory of each", each_kib, 12, "less", " KiB", note),
        Row("  scheduler lag, p99", many.lag_ms, 2, "less", " ms"),
    ]


async def _run(url: str, rate: int) -> Crowd:
    steps = [{"url": url}, {"pause": _WAIT_S}]
    load = {"rate": rate, "duration": _DURATION_S, "max_users": rate * (_WAIT_S + 1)}
    plan = Plan.from_dict({"scenarios": [{"steps": steps}], "load": load})
    collector = MetricsCollector()
    running = asyncio.ensure_future(run_plan(NativeAdapter(), plan, collector=collector))
    memory = 0
    worker: psutil.Process | None = None
    while not running.done():
        await asyncio.wait([running], timeout=0.5)
        worker = worker or _worker()
        with contextlib.suppress(psutil.NoSuchProcess):
            memory = max(memory, worker.memory_info().rss if worker else 0)
    result = await running
    lag_ns = collector.lag.quantile(0.99) if collector.lag is not None else None
    if not result.success or lag_ns is None:
        raise RuntimeError(f"native: {result.reason}")
    return Crowd(max(point.users or 0 for point in result.timeline), memory, lag_ns / 1e6)


def _worker() -> psutil.Process | None:
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(word.endswith("native.worker") for word in process.cmdline()):
                return process
    return None
