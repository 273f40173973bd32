"""Results made of given seconds, with the recording behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from adapters.performance.metrics import (
    EngineInfo,
    Histogram,
    MetricsCollector,
    RequestStats,
    RunResult,
    Semantics,
    Window,
    build_result,
)

ENGINE = EngineInfo(
    name="native",
    version="1.0",
    semantics=Semantics(latency="send to last byte", resolution_ms=0.001, connections="kept", redirects="no"),
)
USERS = {"users": 2, "duration": 40.0}


def stats(
    times_ms: Sequence[float] = (10.0,) * 50,
    *,
    failures: int = 0,
    kind: str = "status",
    message: str = "status 503",
    code: int = 503,
    response_ms: Sequence[float] | None = None,
    connect_ms: Sequence[float] | None = None,
) -> RequestStats:
    """Requests of one name in one second; those that failed were answered ``code``."""
    made = RequestStats(len(times_ms), failures)
    made.latency.record([time * 1e6 for time in times_ms])
    made.response, made.connect = _histogram(response_ms), _histogram(connect_ms)
    made.status_codes = Counter({200: len(times_ms) - failures, code: failures})
    made.status_codes += Counter()  # leaves out what is 0
    if failures:
        made.errors = Counter({(kind, message): failures})
    return made


def _histogram(times_ms: Sequence[float] | None) -> Histogram | None:
    if times_ms is None:
        return None
    made = Histogram()
    made.record([time * 1e6 for time in times_ms])
    return made


def run(
    seconds: Sequence[Mapping[str, RequestStats]],
    *,
    load=None,
    users: int | None = 2,
    dropped: int = 0,
    **changes,
) -> RunResult:
    """A run of these seconds, each a mapping of request names to what was measured."""
    collector = MetricsCollector()
    if warm_up_s := changes.pop("warm_up_s", 0):
        collector.start_collection(warm_up_s=warm_up_s)
    for second, requests in enumerate(seconds):
        window = Window(
            second, users=users, requests=dict(requests), iterations=len(requests), dropped=dropped or None
        )
        collector.add_window(window)
    fields = {
        "plan": {
            "name": "shop",
            "target": "http://127.0.0.1:1",
            "load": load or {"users": 2, "duration": len(seconds)},
        },
        "engine": ENGINE,
        "started_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "duration_s": float(len(seconds)),
        "stopped": "completed",
        "collector": collector,
    }
    return build_result(**{**fields, **changes})


def read_back(result: RunResult) -> RunResult:
    """The result as it is read from its JSON."""
    return RunResult.from_json(result.to_json())
