"""How near the native engine's percentiles in the open model are to what the server knows of each request."""

import asyncio

import numpy as np

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from .rows import Row
from .timed import timed_server

_RATE, _DURATION_S = 1000, 15
_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999}
_RELATIVE, _ABSOLUTE_MS = 0.001, 0.1


def exactness() -> list[Row]:
    """A row for each percentile: by how much of what is allowed, 0.1 % + 100 µs, it is off."""
    load = {"rate": _RATE, "duration": _DURATION_S, "max_users": 500}
    with timed_server() as server:
        result = asyncio.run(run_plan(NativeAdapter(), Plan.for_url(server.url, load=load)))
    if result.summary.response_ms is None or len(server.held_back_s) != result.summary.requests:
        raise RuntimeError(f"{result.summary.requests} requests, the server saw {len(server.held_back_s)}")
    rows = []
    for name, share in _SHARES.items():
        told_ms = getattr(result.summary.response_ms, name)
        true_ms = float(np.quantile(server.held_back_s, share, method="inverted_cdf")) * 1000
        off_ms = told_ms - true_ms
        allowed_ms = true_ms * _RELATIVE + _ABSOLUTE_MS
        note = f"told {told_ms:.3f} ms, server {true_ms:.3f} ms, allowed ± {allowed_ms * 1000:.0f} µs"
        rows.append(
            Row(
                f"{name} of 1,000/s, off by (µs)",
                abs(off_ms) * 1000,
                round(allowed_ms * 1000),
                "less",
                " µs",
                note,
            )
        )
    return rows
