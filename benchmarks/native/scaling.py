"""What a second process adds, where a processor is free for it."""

import asyncio
import os

from adapters.performance import HttpxAdapter, NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from ..targets import static_server, unpin
from .rows import Row

_USERS, _DURATION_S, _GOAL = 50, 4, 1.7


def scaling() -> list[Row]:
    """A row for plain GETs, where the server has a processor of its own, and one for httpx, which it costs little."""
    processors = os.cpu_count() or 1
    with static_server() as (url, _):
        unpin()
        one, two = (_rps(HttpxAdapter(processes=n), url) for n in (1, 2))
        note = f"{one:,.0f} and {two:,.0f} requests/s on {processors} processors"
        rows = [Row("httpx engine, 2 processes / 1", two / one, _GOAL, note=note)]
        if processors < 3:
            why = f"not measured: {processors} processors, of which the server needs one"
            return [*rows, Row("native engine, 2 processes / 1", None, note=why)]
        one, two = (_rps(NativeAdapter(processes=n), url) for n in (1, 2))
    return [
        *rows,
        Row("native engine, 2 processes / 1", two / one, _GOAL, note=f"{one:,.0f} and {two:,.0f} requests/s"),
    ]


def _rps(engine: NativeAdapter, url: str) -> float:
    load = {"users": _USERS, "duration": _DURATION_S}
    result = asyncio.run(run_plan(engine, Plan.for_url(url, load=load)))
    if not result.success or result.summary.throughput_rps is None:
        raise RuntimeError(f"{engine.name}: {result.reason}")
    return result.summary.throughput_rps
