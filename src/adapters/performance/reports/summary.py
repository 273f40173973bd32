"""The percentile summary as JSON: totals, the failure rate, and percentiles by request name, for following trends."""

from __future__ import annotations

import json
from typing import Any

from ..metrics.result import RunResult
from ..metrics.summary import LatencySummary, Summary

SCHEMA = "polyload.summary/1"
_OVERALL = ("p50", "p90", "p95", "p99", "max")
_PER_NAME = ("min", "max", "mean", "p50", "p90", "p95", "p99")


def render(result: RunResult) -> str:
    """Times are in milliseconds, ``failure_rate`` is a fraction, and what was not measured is null.

    ``count`` is of the requests whose latency is known, failures among them.
    """
    summary = result.summary
    document = {
        "schema": SCHEMA,
        "totals": {
            "requests": summary.requests,
            "successes": summary.requests - summary.failures,
            "failures": summary.failures,
            "failure_rate": summary.error_rate,
        },
        "latency_overall": _times(summary, _OVERALL, _count(result)),
        "per_name": {
            name: _times(part, _PER_NAME, _count(result, name)) for name, part in result.requests.items()
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _times(summary: Summary, names: tuple[str, ...], count: int | None) -> dict[str, Any]:
    latency: LatencySummary = summary.latency_ms
    return {"count": count, **{f"{name}_ms": getattr(latency, name) for name in names}}


def _count(result: RunResult, name: str | None = None) -> int | None:
    """How many latencies are known; a result that was read from JSON does not tell."""
    if result.recording is None:
        return None
    stats = result.recording.totals() if name is None else result.recording.requests.get(name)
    return None if stats is None else stats.latency.count
