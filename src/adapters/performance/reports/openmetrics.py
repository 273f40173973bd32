"""The figures of a run as OpenMetrics text, for GitLab's metrics reports and whatever else reads that.

Times are seconds, as OpenMetrics wants them; a figure that was not measured is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..metrics.result import RunResult
from ..metrics.summary import Summary
from .text import printable

_HELP = {
    "polyload_success": "1 if the run was a success, else 0.",
    "polyload_duration_seconds": "How long the run took.",
    "polyload_requests": "Requests that finished.",
    "polyload_failures": "Requests that failed.",
    "polyload_error_ratio": "The share of requests that failed.",
    "polyload_throughput_rps": "Requests finished per second.",
    "polyload_latency_seconds": "How long requests took.",
    "polyload_threshold_held": "1 if a threshold held, 0 if it was missed.",
}
_LATENCY = ("min", "mean", "p50", "p90", "p95", "p99", "p999", "max")

Sample = tuple[str, Mapping[str, str], float | int | None]


def render(result: RunResult) -> str:
    """A gauge for each figure, of the run and, with the label ``request``, of each name."""
    samples = list(_samples(result))
    lines = []
    for name, told in _HELP.items():
        known = [
            _line(name, labels, value) for one, labels, value in samples if one == name and value is not None
        ]
        if known:
            lines += [f"# TYPE {name} gauge", *_unit(name), f"# HELP {name} {told}", *known]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _samples(result: RunResult) -> Iterator[Sample]:
    yield "polyload_success", {}, int(result.success)
    yield "polyload_duration_seconds", {}, result.duration_s
    yield from _of_summary(result.summary, {})
    for name, summary in result.requests.items():
        yield from _of_summary(summary, {"request": name})
    for threshold in result.thresholds:
        held = None if threshold.passed is None else int(threshold.passed)
        yield "polyload_threshold_held", {"threshold": threshold.expression}, held


def _of_summary(summary: Summary, labels: Mapping[str, str]) -> Iterator[Sample]:
    yield "polyload_requests", labels, summary.requests
    yield "polyload_failures", labels, summary.failures
    yield "polyload_error_ratio", labels, summary.error_rate
    yield "polyload_throughput_rps", labels, summary.throughput_rps
    for figure in _LATENCY:
        ms = getattr(summary.latency_ms, figure)
        yield "polyload_latency_seconds", {**labels, "figure": figure}, None if ms is None else ms / 1000


def _unit(name: str) -> list[str]:
    return [f"# UNIT {name} seconds"] if name.endswith("_seconds") else []


def _line(name: str, labels: Mapping[str, str], value: float | int) -> str:
    told = ",".join(f'{label}="{_quoted(text)}"' for label, text in labels.items())
    return f"{name}{{{told}}} {value:.9g}" if told else f"{name} {value:.9g}"


def _quoted(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')
