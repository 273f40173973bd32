"""k6 where the timeline needs counts only: what is counted agrees with the server, what is timed with its delays."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.k6 import K6Adapter
from adapters.performance.engines.k6.semantics import OF_COUNTS, OF_PLAN
from adapters.performance.engines.running import run_plan
from adapters.performance.metrics.collector import MetricsCollector
from adapters.performance.metrics.result import RunResult
from adapters.performance.plan import Plan
from adapters.performance.testing import RecordingServer

pytestmark = pytest.mark.engine("k6")
CACHED = sorted(Path.home().glob(".cache/polyload/k6-*/k6"))


@pytest.fixture(params=[None, *map(str, CACHED)], ids=lambda path: Path(path).parent.name if path else "k6")
def engine(request: pytest.FixtureRequest) -> K6Adapter:
    return K6Adapter(binary=request.param)


def counting(server: RecordingServer, step: str | dict[str, Any], **more: Any) -> Plan:
    step = {"url": step} if isinstance(step, str) else step
    more["options"] = {"timeline": "counts"} | more.get("options", {})
    more.setdefault("load", {"iterations": 40, "users": 4})
    return Plan.from_dict({"target": server.url, "scenarios": [{"steps": [step]}], **more})


def statuses(result: RunResult) -> dict[str, int]:
    return {str(status): count for status, count in (result.summary.status_codes or {}).items()}


def errors(result: RunResult) -> dict[str, int]:
    return {error.kind: error.count for error in result.summary.errors}


def codes(result: RunResult) -> set[str]:
    return {warning.code for warning in result.warnings}


@pytest.mark.parametrize(
    "load",
    [
        {"users": 3, "duration": 2.5},
        {"iterations": 300, "users": 3},
        {"rate": 100, "duration": 2.5},
        {"stages": [{"duration": 1, "users": 4}, {"duration": 1, "users": 1}]},
    ],
    ids=["closed", "iterations", "open", "stages"],
)
async def test_every_second_counts_what_the_server_saw(
    engine: K6Adapter, server: RecordingServer, load: dict[str, Any]
) -> None:
    result = await run_plan(engine, counting(server, "/fault-every/5/503", load=load))
    server.log.wait_until_idle()
    seen = server.log.status_codes()
    assert seen[503] > 0
    assert statuses(result) == {str(status): count for status, count in seen.items()}
    assert (result.summary.requests, result.summary.failures) == (len(server.log), seen[503])
    assert sum(point.requests for point in result.timeline) == len(server.log)
    assert sum(point.failures for point in result.timeline) == seen[503]
    assert result.summary.iterations == len(server.log)
    assert {point.p50_ms for point in result.timeline} == {None}


async def test_requests_are_counted_in_the_second_in_which_they_ended(
    engine: K6Adapter, server: RecordingServer
) -> None:
    load = {"rate": 20, "duration": 4, "max_users": 20}
    result = await run_plan(engine, counting(server, "/delay/500", load=load))
    per_second = [point.requests for point in result.timeline]
    assert sum(per_second) == 80
    assert 8 <= per_second[0] <= 11
    assert all(count in (19, 20, 21) for count in per_second[1:4])


async def test_with_a_warm_up_each_request_is_told_of(engine: K6Adapter, server: RecordingServer) -> None:
    plan = counting(server, "/delay/20", load={"users": 2, "duration": 2, "warm_up": 1})
    result = await run_plan(engine, plan)
    assert result.warm_up is not None
    assert result.warm_up.requests + result.summary.requests == len(server.log)
    assert result.timeline[0].p50_ms is not None
    assert result.engine.semantics == OF_PLAN


async def test_times_are_those_of_the_delays(engine: K6Adapter, server: RecordingServer) -> None:
    collector = MetricsCollector()
    result = await run_plan(
        engine, counting(server, "/fault-every/10/slow-300", load={"iterations": 40}), collector=collector
    )
    latency = result.summary.latency_ms
    assert latency.min is not None
    assert latency.p50 is not None
    assert latency.p95 is not None
    assert latency.max is not None
    assert latency.min <= latency.p50 < 100
    assert 295 <= latency.p95 <= latency.max < 450
    assert collector.totals().latency.count == 40
    assert result.engine.semantics == OF_COUNTS


async def test_connecting_is_left_out_of_the_times(engine: K6Adapter, server: RecordingServer) -> None:
    result = await run_plan(engine, counting(server, "/ok", options={"keep_alive": False}))
    assert result.success
    assert result.summary.connect_ms is None
    assert "connecting and TLS not included" in result.engine.semantics.latency


async def test_a_server_that_only_fails_is_no_success(engine: K6Adapter, server: RecordingServer) -> None:
    result = await run_plan(engine, counting(server, "/status/500"))
    assert (result.summary.requests, result.summary.failures, result.success) == (40, 40, False)
    assert errors(result) == {"status": 40}
    assert result.summary.latency_ms.p50 is not None


async def test_answers_that_do_not_come_are_failures_with_their_own_times(
    engine: K6Adapter, server: RecordingServer
) -> None:
    plan = counting(server, "/fault-every/4/hang", load={"iterations": 12}, options={"timeout": 1})
    collector = MetricsCollector()
    result = await run_plan(engine, plan, collector=collector)
    assert (result.summary.requests, result.summary.failures) == (12, 3)
    assert statuses(result) == {"200": 9}
    assert errors(result) == {"timeout": 3}
    assert collector.totals().latency.count == 12
    assert result.summary.latency_ms.max == pytest.approx(1000, abs=200)


async def test_answers_cut_short_are_no_answers(engine: K6Adapter, server: RecordingServer) -> None:
    plan = counting(server, {"url": "/fault-every/4/truncated", "method": "POST"}, load={"iterations": 12})
    result = await run_plan(engine, plan)
    assert (result.summary.requests, result.summary.failures) == (12, 3)
    assert statuses(result) == {"200": 9}


async def test_checks_judge_each_answer(engine: K6Adapter, server: RecordingServer) -> None:
    step = {"url": "/alternate/200,201,500", "checks": [{"status": 200}]}
    result = await run_plan(engine, counting(server, step, load={"iterations": 30}))
    assert [(check.passed, check.failed) for check in result.checks] == [(10, 20)]
    assert (result.summary.failures, statuses(result)) == (20, {"200": 10, "201": 10, "500": 10})


async def test_redirects_are_each_counted_and_timed(engine: K6Adapter, server: RecordingServer) -> None:
    plan = counting(server, "/redirect/2", options={"redirects": 3}, load={"iterations": 5})
    collector = MetricsCollector()
    result = await run_plan(engine, plan, collector=collector)
    assert statuses(result) == {"302": 10, "200": 5}
    assert collector.totals().latency.count == result.summary.requests == len(server.log) == 15


async def test_a_plan_of_several_requests_has_all_of_its_timeline(
    engine: K6Adapter, server: RecordingServer
) -> None:
    steps = [{"url": "/a"}, {"url": "/b"}]
    plan = Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": steps}],
            "load": {"iterations": 10},
            "options": {"timeline": "counts"},
        }
    )
    result = await run_plan(engine, plan)
    assert {name: row.requests for name, row in result.requests.items()} == {"GET /a": 10, "GET /b": 10}
    assert result.timeline[0].p50_ms is not None
    assert result.engine.semantics == OF_PLAN


async def test_requests_cut_off_at_the_end_are_not_in_the_times(
    engine: K6Adapter, server: RecordingServer
) -> None:
    load = {"users": 3, "duration": 0.3}
    plan = counting(server, "/fault-every/10/hang", load=load, options={"graceful_stop": 0.1})
    collector = MetricsCollector()
    result = await run_plan(engine, plan, collector=collector)
    server.log.wait_until_idle()
    assert result.summary.interrupted == 3
    assert result.summary.requests == server.log.completed
    assert collector.totals().latency.count == server.log.completed


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_run_that_is_ended_early_says_which_times_it_knows(
    engine: K6Adapter, server: RecordingServer, how: str
) -> None:
    ctx = RunContext()
    plan = counting(server, "/delay/20", load={"users": 3, "duration": 30})
    task = asyncio.ensure_future(run_plan(engine, plan, ctx=ctx))
    await asyncio.to_thread(server.log.wait_for, 60, 30)
    if how == "stop":
        ctx.stop.set()
    else:
        (process,) = (child for child in psutil.Process().children() if child.name() == "k6")
        os.kill(process.pid, signal.SIGKILL)
    result = await task
    server.log.wait_until_idle()
    assert 0 < result.summary.requests <= len(server.log)
    latency = result.summary.latency_ms
    if how == "stop":
        assert (result.stopped, result.summary.requests) == ("interrupted", server.log.completed)
        assert latency.min is not None
        assert 18 <= latency.min <= 60
    else:
        assert result.stopped == "failed"
        assert latency.p50 is None
        assert "TimesUnknown" in codes(result)
