"""What a second process adds, where a processor is free for it."""

import asyncio
import os
from typing import Any

from adapters.performance import HttpxAdapter, NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from ..targets import static_server, unpin
from .rows import Row

_USERS, _DURATION_S, _GOAL = 50, 4, 1.7
_LARGE = {"url": "/large", "checks": [{"json": "rows[999].id", "equals": 999}]}


def scaling() -> list[Row]:
    """Rows for work beside which the server costs little, and for plain GETs, where it needs a processor of its own."""
    processors = os.cpu_count() or 1
    with static_server() as (url, _):
        unpin()
        rows = [
            _row("native, a value in 40 KB of JSON checked", NativeAdapter, url, _LARGE),
            _row("httpx engine, plain GETs", HttpxAdapter, url, {"url": "/"}),
        ]
        if processors >= 3:
            return [*rows, _row("native, plain GETs", NativeAdapter, url, {"url": "/"})]
    why = f"not measured: {processors} processors, of which the server needs one"
    return [*rows, Row("native, plain GETs, 2 processes / 1", None, note=why)]


def _row(name: str, engine: type[NativeAdapter] | type[HttpxAdapter], url: str, step: dict[str, Any]) -> Row:
    one, two = (_rps(engine(processes=n), url, step) for n in (1, 2))
    note = f"{one:,.0f} and {two:,.0f} requests/s on {os.cpu_count()} processors"
    return Row(f"{name}, 2 processes / 1", two / one, _GOAL, note=note)


def _rps(engine: NativeAdapter, url: str, step: dict[str, Any]) -> float:
    plan = {
        "target": url,
        "scenarios": [{"steps": [step]}],
        "load": {"users": _USERS, "duration": _DURATION_S},
    }
    result = asyncio.run(run_plan(engine, Plan.from_dict(plan)))
    if not result.success or result.summary.throughput_rps is None:
        raise RuntimeError(f"{engine.name}: {result.reason}")
    return result.summary.throughput_rps
