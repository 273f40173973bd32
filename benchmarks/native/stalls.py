"""A server that stalls for a second once in ten, at 500 requests a second: what p99 each tool tells of it."""

import asyncio
import re

import numpy as np

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.running import run_plan

from .commands import output_of
from .rows import Row
from .timed import timed_server

_RATE, _DURATION_S, _AT_S, _STALL_S = 500, 10, 4.0, 1.0
_USERS = 50
_K6_SCRIPT = f"""
import http from 'k6/http';
export const options = {{
  discardResponseBodies: true,
  summaryTrendStats: ['p(99)'],
  scenarios: {{ at: {{ executor: 'constant-arrival-rate', rate: {_RATE}, timeUnit: '1s', duration: '{_DURATION_S}s',
    preAllocatedVUs: 700, maxVUs: 700 }} }},
}};
export default function () {{ http.get('URL'); }}
"""
_UNITS_MS = {"us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3}


def stalls() -> list[Row]:
    """The true p99, and that of the native engine (open model), k6 (arrival rate), wrk and ab."""
    waits_ms = np.zeros(_RATE * _DURATION_S)
    waits_ms[: int(_RATE * _STALL_S)] = np.arange(_STALL_S, 0, -1 / _RATE) * 1000
    true_ms = float(np.quantile(waits_ms, 0.99, method="inverted_cdf"))
    native_ms = _native()
    rows = [
        Row(
            "server stalls 1 s in 10 s: true p99", true_ms, unit=" ms", note="from the arrivals that were due"
        ),
        Row(
            "  native, open model: off by",
            abs(native_ms / true_ms - 1) * 100,
            2,
            "less",
            " %",
            f"{native_ms:.0f} ms",
        ),
    ]
    for name, told_ms in (("k6, arrival rate", _k6()), ("wrk", _wrk()), ("ab", _ab())):
        rows.append(
            Row(f"  {name}: p99", told_ms, unit=" ms", note="" if told_ms is not None else "not installed")
        )
    return rows


def _native() -> float:
    load = {"rate": _RATE, "duration": _DURATION_S, "max_users": 700}
    with timed_server((_AT_S, _STALL_S)) as server:
        result = asyncio.run(run_plan(NativeAdapter(), Plan.for_url(server.url, load=load)))
    if result.summary.response_ms is None or result.summary.response_ms.p99 is None or result.summary.dropped:
        raise RuntimeError(f"native: {result.reason}, {result.summary.dropped} dropped")
    return result.summary.response_ms.p99


def _k6() -> float | None:
    return _told(
        ["k6", "run", "--no-usage-report", "--quiet", "--address", "", "script.js"],
        r"http_req_duration\S*: *p\(99\)=([\d.]+)(µs|ms|s)",
        _K6_SCRIPT,
    )


def _wrk() -> float | None:
    argv = ["wrk", "-t1", f"-c{_USERS}", f"-d{_DURATION_S}s", "--latency", "URL"]
    return _told(argv, r"99%\s+([\d.]+)(us|ms|s)")


def _ab() -> float | None:
    argv = ["ab", "-q", "-k", "-l", "-c", str(_USERS), "-t", str(_DURATION_S), "-n", "50000000", "URL"]
    return _told(argv, r"99%\s+(\d+)()")


def _told(argv: list[str], pattern: str, script: str = "") -> float | None:
    """The p99 in ms that a tool tells of the stalling server."""
    with timed_server((_AT_S, _STALL_S)) as server:
        words = [word.replace("URL", server.url) for word in argv]
        output = output_of(words, {"script.js": script.replace("URL", server.url)})
    if output is None:
        return None
    found = re.search(pattern, output)
    if found is None:
        raise RuntimeError(f"{argv[0]} told no p99:\n{output[-2000:]}")
    return float(found[1]) * _UNITS_MS.get(found[2], 1.0)
