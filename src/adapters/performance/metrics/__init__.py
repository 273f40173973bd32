"""What was measured: histograms, windows, the collector they meet in, and the result of a run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .build import build_result, summarize_run, timeline_points
    from .collector import DEFAULT_NAME, MetricsCollector
    from .grouping import windows_of
    from .histogram import Histogram
    from .raw.reading import RawSamples, read_samples
    from .recording import Recording
    from .result import CheckResult, EngineInfo, ResultWarning, RunResult, ThresholdResult, TimelinePoint
    from .samples import Samples
    from .semantics import Semantics
    from .summary import ErrorCount, LatencySummary, Summary, latency_summary, summarize
    from .timeline import TimelineRow
    from .window import MAX_ERROR_GROUPS, OTHER_ERRORS, RequestStats, Window

_HOMES = {
    "build": ("build_result", "summarize_run", "timeline_points"),
    "collector": ("DEFAULT_NAME", "MetricsCollector"),
    "grouping": ("windows_of",),
    "histogram": ("Histogram",),
    "raw.reading": ("RawSamples", "read_samples"),
    "recording": ("Recording",),
    "result": ("CheckResult", "EngineInfo", "ResultWarning", "RunResult", "ThresholdResult", "TimelinePoint"),
    "samples": ("Samples",),
    "semantics": ("Semantics",),
    "summary": ("ErrorCount", "LatencySummary", "Summary", "latency_summary", "summarize"),
    "timeline": ("TimelineRow",),
    "window": ("MAX_ERROR_GROUPS", "OTHER_ERRORS", "RequestStats", "Window"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "DEFAULT_NAME",
    "MAX_ERROR_GROUPS",
    "OTHER_ERRORS",
    "CheckResult",
    "EngineInfo",
    "ErrorCount",
    "Histogram",
    "LatencySummary",
    "MetricsCollector",
    "RawSamples",
    "Recording",
    "RequestStats",
    "ResultWarning",
    "RunResult",
    "Samples",
    "Semantics",
    "Summary",
    "ThresholdResult",
    "TimelinePoint",
    "TimelineRow",
    "Window",
    "build_result",
    "latency_summary",
    "read_samples",
    "summarize",
    "summarize_run",
    "timeline_points",
    "windows_of",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
