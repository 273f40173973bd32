"""Results of runs that never were, with the figures a test asks for."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from adapters.performance.metrics import EngineInfo, LatencySummary, ResultWarning, RunResult, Summary
from adapters.performance.metrics.result import TimelinePoint
from adapters.performance.metrics.semantics import Semantics

PLAN = {"scenarios": [{"steps": [{"url": "http://a/x"}]}], "load": {"rate": 100.0, "duration": 60.0}}
_minutes = count()


@pytest.fixture
def run():
    """Makes a run; ``ms`` scales every latency, and the n-th run made is n minutes after the first."""
    return make_run


@pytest.fixture
def side():
    """Makes runs, one for each latency given."""
    return lambda latencies, **more: [make_run(ms, **more) for ms in latencies]


def make_run(
    ms=10.0,
    *,
    requests=200_000,
    failures=0,
    rps=100.0,
    plan=PLAN,
    engine="native",
    latency="from sent to received",
    resolution_ms=0.001,
    stopped="completed",
    warnings=(),
    names=None,
    timeline=(),
):
    summary = _summary(ms, requests, failures, rps)
    return RunResult(
        success=True,
        stopped=stopped,
        reason=None if stopped == "completed" else "it broke",
        engine=EngineInfo(
            name=engine,
            version="1",
            semantics=Semantics(
                latency=latency, resolution_ms=resolution_ms, connections="kept", redirects="not followed"
            ),
        ),
        plan=plan,
        started_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=next(_minutes)),
        duration_s=60.0,
        summary=summary,
        requests={name: _summary(value, requests, failures, rps) for name, value in (names or {}).items()},
        timeline=tuple(TimelinePoint(**point) for point in timeline),
        warnings=tuple(ResultWarning(code=code, message=f"{code} happened") for code in warnings),
    )


def _summary(ms, requests, failures, rps):
    quantiles = {"p50": ms, "p75": 1.5 * ms, "p90": 2 * ms, "p95": 3 * ms, "p99": 5 * ms, "p999": 9 * ms}
    return Summary(
        requests=requests,
        failures=failures,
        error_rate=failures / requests if requests else None,
        throughput_rps=rps,
        latency_ms=LatencySummary(mean=1.2 * ms, **quantiles) if requests else LatencySummary(),
    )
