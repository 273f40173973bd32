"""What only the native engine does: several workers, the open model's own times, ASGI applications, a dying worker."""

import asyncio
import os
import signal

import psutil
import pytest

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.contract import RunContext
from adapters.performance.engines.running import run_plan
from adapters.performance.metrics.collector import MetricsCollector


@pytest.mark.parametrize("processes", [2, 3])
async def test_workers_divide_iterations_and_users_exactly(server, processes):
    plan = Plan.for_url(server.url + "/?i=${iteration}&u=${user}", load={"users": 7, "iterations": 100})
    result = await run_plan(NativeAdapter(processes=processes), plan)
    assert result.summary.iterations == server.log.count() == 100
    users = {request.query.split("u=")[1] for request in server.log.requests}
    assert users <= {str(number) for number in range(7)}
    assert result.resources["workers"] == processes


async def test_unique_rows_are_used_once_in_all(server):
    rows = [{"x": str(number)} for number in range(20)]
    plan = Plan.for_url(
        server.url + "/?x=${r.x}",
        load={"users": 4, "duration": 10},
        data={"r": {"rows": rows, "strategy": "unique"}},
    )
    result = await run_plan(NativeAdapter(), plan)
    assert sorted(int(request.query[2:]) for request in server.log.requests) == list(range(20))
    assert result.success


async def test_response_time_counts_from_the_intended_start(server):
    plan = Plan.for_url(
        server.url + "/delay/50", load={"rate": 40, "duration": 1, "max_users": 1, "when_exhausted": "queue"}
    )
    result = await run_plan(NativeAdapter(), plan)
    assert result.summary.response_ms is not None
    assert result.summary.response_ms.p50 > 3 * result.summary.latency_ms.p50
    assert result.summary.requests + result.summary.dropped == 40


async def test_a_worker_that_dies_is_named_and_the_run_fails(server):
    plan = Plan.for_url(server.url + "/delay/5", load={"users": 2, "duration": 60})
    run = asyncio.ensure_future(run_plan(NativeAdapter(processes=2), plan))
    await asyncio.to_thread(server.log.wait_for, 10)
    worker = psutil.Process().children()[-1]
    os.kill(worker.pid, signal.SIGKILL)
    result = await run
    assert (result.success, result.stopped) == (False, "failed")
    assert f"pid {worker.pid}) was ended by SIGKILL" in result.reason
    assert psutil.Process().children() == []


async def test_an_asgi_application_is_called_in_the_worker(tmp_path, monkeypatch):
    (tmp_path / "shop_app.py").write_text(
        "async def app(scope, receive, send):\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'x-a', b'1')]})\n"
        "    await send({'type': 'http.response.body', 'body': b'hello'})\n"
    )
    monkeypatch.chdir(tmp_path)
    plan = Plan.from_dict(
        {
            "target": "http://testserver",
            "scenarios": [{"steps": [{"url": "/", "checks": [{"body": {"equals": "hello"}}]}]}],
            "load": {"iterations": 5},
            "options": {"app": "shop_app:app"},
        }
    )
    result = await run_plan(NativeAdapter(), plan)
    assert result.success, result.reason
    assert result.checks[0].passed == 5


async def test_the_collector_receives_each_second_once(server):
    collector = MetricsCollector()
    plan = Plan.for_url(server.url + "/delay/10", load={"users": 2, "duration": 2.5})
    result = await run_plan(NativeAdapter(), plan, collector=collector, ctx=RunContext())
    assert sum(point.requests for point in result.timeline) == result.summary.requests == server.log.count()
    assert [point.t for point in result.timeline][:3] == [0, 1, 2]
