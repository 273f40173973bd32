"""polyload: one plan, many load engines, one truthful result.

``PerformanceClient`` runs load tests; everything else here is what it takes and what it gives. Nothing heavy is
imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assertions import (
        body_contains,
        body_matches,
        header_exists,
        json_path,
        response_time_under,
        run_assertions,
        status_is,
    )
    from .cli.saving import save_report
    from .client import PerformanceClient
    from .engines.ab import ApacheBenchAdapter
    from .engines.contract import EngineAdapter
    from .engines.k6 import K6Adapter
    from .engines.locust import LocustAdapter
    from .engines.native.adapter import HttpxAdapter, NativeAdapter
    from .errors import (
        EngineError,
        EngineFailed,
        EngineNotInstalled,
        HistoryError,
        PlanError,
        PolyloadError,
        RequestFailed,
        ServiceFailed,
        SourceError,
        UnknownEngine,
        UnsupportedFeature,
        UsageError,
    )
    from .history.history import History
    from .history.loaddensity import fetch_run_records, list_runs, persist_records
    from .history.records import StoredRequest
    from .history.runs import StoredRun
    from .importers.importing import import_plan
    from .metrics.collector import MetricsCollector
    from .metrics.raw.reading import read_samples
    from .metrics.result import RunResult
    from .microbench.result import BenchmarkResult
    from .microbench.runner import BenchmarkRunner
    from .microbench.verdicts import BenchmarkComparison
    from .plan.model import Plan
    from .scenarios import PlanBuilder, RESTAPIScenario, RestScenario, Scenario, WebsiteScenario
    from .sync import SyncPerformanceClient, SyncRunHandle
    from .workflows.capacity.find import find_capacity
    from .workflows.capacity.result import CapacityResult
    from .workflows.comparison.compare import compare_results
    from .workflows.comparison.result import ComparisonResult
    from .workflows.handle import RunHandle
    from .workflows.http_benchmark.result import HttpBenchmarkResult
    from .workflows.scalability import ScalabilityResult
    from .workflows.stress.result import StressResult
    from .workflows.suite import SuiteListener, SuiteResult

_HOMES = {
    ".assertions": (
        "body_contains",
        "body_matches",
        "header_exists",
        "json_path",
        "response_time_under",
        "run_assertions",
        "status_is",
    ),
    ".cli.saving": ("save_report",),
    ".client": ("PerformanceClient",),
    ".engines.ab": ("ApacheBenchAdapter",),
    ".engines.contract": ("EngineAdapter",),
    ".engines.k6": ("K6Adapter",),
    ".engines.locust": ("LocustAdapter",),
    ".engines.native.adapter": ("HttpxAdapter", "NativeAdapter"),
    ".errors": (
        "EngineError",
        "EngineFailed",
        "EngineNotInstalled",
        "HistoryError",
        "PlanError",
        "PolyloadError",
        "RequestFailed",
        "ServiceFailed",
        "SourceError",
        "UnknownEngine",
        "UnsupportedFeature",
        "UsageError",
    ),
    ".history.history": ("History",),
    ".history.loaddensity": ("fetch_run_records", "list_runs", "persist_records"),
    ".history.records": ("StoredRequest",),
    ".history.runs": ("StoredRun",),
    ".importers.importing": ("import_plan",),
    ".metrics.collector": ("MetricsCollector",),
    ".metrics.raw.reading": ("read_samples",),
    ".metrics.result": ("RunResult",),
    ".microbench.verdicts": ("BenchmarkComparison",),
    ".microbench.result": ("BenchmarkResult",),
    ".microbench.runner": ("BenchmarkRunner",),
    ".plan.model": ("Plan",),
    ".scenarios": ("PlanBuilder", "RESTAPIScenario", "RestScenario", "Scenario", "WebsiteScenario"),
    ".sync": ("SyncPerformanceClient", "SyncRunHandle"),
    ".workflows.capacity.find": ("find_capacity",),
    ".workflows.capacity.result": ("CapacityResult",),
    ".workflows.comparison.compare": ("compare_results",),
    ".workflows.comparison.result": ("ComparisonResult",),
    ".workflows.handle": ("RunHandle",),
    ".workflows.http_benchmark.result": ("HttpBenchmarkResult",),
    ".workflows.scalability": ("ScalabilityResult",),
    ".workflows.stress.result": ("StressResult",),
    ".workflows.suite": ("SuiteListener", "SuiteResult"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ApacheBenchAdapter",
    "BenchmarkComparison",
    "BenchmarkResult",
    "BenchmarkRunner",
    "CapacityResult",
    "ComparisonResult",
    "EngineAdapter",
    "EngineError",
    "EngineFailed",
    "EngineNotInstalled",
    "History",
    "HistoryError",
    "HttpBenchmarkResult",
    "HttpxAdapter",
    "K6Adapter",
    "LocustAdapter",
    "MetricsCollector",
    "NativeAdapter",
    "PerformanceClient",
    "Plan",
    "PlanBuilder",
    "PlanError",
    "PolyloadError",
    "RESTAPIScenario",
    "RequestFailed",
    "RestScenario",
    "RunHandle",
    "RunResult",
    "ScalabilityResult",
    "Scenario",
    "ServiceFailed",
    "SourceError",
    "StoredRequest",
    "StoredRun",
    "StressResult",
    "SuiteListener",
    "SuiteResult",
    "SyncPerformanceClient",
    "SyncRunHandle",
    "UnknownEngine",
    "UnsupportedFeature",
    "UsageError",
    "WebsiteScenario",
    "body_contains",
    "body_matches",
    "compare_results",
    "fetch_run_records",
    "find_capacity",
    "header_exists",
    "import_plan",
    "json_path",
    "list_runs",
    "persist_records",
    "read_samples",
    "response_time_under",
    "run_assertions",
    "save_report",
    "status_is",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
