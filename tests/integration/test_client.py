"""PerformanceClient: the front door, held to what a real server saw."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.performance import (
    PerformanceClient,
    Plan,
    PlanError,
    SyncPerformanceClient,
    UnknownEngine,
    UsageError,
)
from adapters.performance.patterns import constant, spike_test


async def test_a_warm_up_is_left_out(server):
    result = await PerformanceClient("native").load_test(server.url, rate=50, duration=2, warm_up="1s")
    assert result.warm_up is not None
    assert result.warm_up.requests + result.summary.requests == len(server.log) == 100
    assert 45 <= result.summary.requests <= 55


async def test_a_load_test_reports_what_the_server_saw(server):
    async with PerformanceClient() as client:
        result = await client.load_test(target_url=server.url, users=2, duration=0.5, ramp_up=0.1)
    assert result.success
    assert result["success"] is True
    assert result["results"]["requests"] == result.summary.requests == server.log.count()
    assert result.engine.name == "native"
    assert "first in order of preference" in result.engine.note
    assert result.to_json() == type(result).from_json(result.to_json()).to_json()


async def test_failures_are_failures(server):
    result = await PerformanceClient("native").load_test(server.url + "/status/500", iterations=20)
    assert not result["success"]
    assert result.summary.failures == 20
    assert result.exit_code == 1
    assert "20 of 20 requests failed" in result.reason


async def test_a_threshold_allows_some_and_decides_the_exit_code(server):
    url = server.url + "/fail-every/10"
    client = PerformanceClient("native")
    tolerant = await client.load_test(url, iterations=100, thresholds=["error_rate <= 10%"])
    strict = await client.load_test(url, iterations=100, thresholds=["error_rate < 10%"])
    assert (tolerant.success, tolerant.exit_code) == (True, 0)
    assert (strict.success, strict.exit_code) == (False, 99)
    unknown = await client.load_test(url, iterations=10, thresholds=["nobody: p95 < 1s", "error_rate <= 10%"])
    assert (unknown.success, unknown.thresholds[0].passed) == (False, None)


async def test_a_plan_file_runs(server, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(
        f"target: {server.url}\nload: {{iterations: 6, users: 2}}\nscenarios: [{{steps: [{{url: /a}}, {{url: /b}}]}}]"
    )
    result = await PerformanceClient().load_test(plan=file)
    assert (server.log.count("/a"), server.log.count("/b")) == (6, 6)
    assert set(result.requests) == {"GET /a", "GET /b"}
    assert result.summary.iterations == 6


async def test_mistakes_are_told_before_anything_is_sent(server):
    client = PerformanceClient()
    with pytest.raises(PlanError, match="no such field; did you mean 'method'"):
        await client.load_test(server.url, metod="GET")
    with pytest.raises(UsageError, match="either a plan or a target_url"):
        await client.load_test(server.url, plan=Plan.for_url(server.url, load={"iterations": 1}))
    with pytest.raises(UnknownEngine, match="did you mean 'locust'"):
        await PerformanceClient("locsut").load_test(server.url, iterations=1)
    assert server.log.count() == 0


async def test_windows_are_handed_over_while_the_test_runs(server):
    windows = []
    result = await PerformanceClient("native").load_test(
        server.url + "/delay/5", 1, 2.2, on_window=windows.append
    )
    counted = sum(stats.requests for window in windows for stats in window.requests.values())
    assert len(windows) >= 3
    assert counted == result.summary.requests


async def test_stop_ends_a_run_and_keeps_what_was_measured(server):
    client = PerformanceClient("native")
    running = asyncio.ensure_future(client.load_test(server.url + "/delay/5", users=2, duration=60))
    await asyncio.to_thread(server.log.wait_for, 10)
    client.stop()
    result = await running
    assert (result.stopped, result.exit_code) == ("interrupted", 130)
    assert server.log.count() - result.summary.requests <= 2


async def test_a_cancelled_run_keeps_its_partial_result(server):
    client = PerformanceClient("native")
    running = asyncio.ensure_future(client.load_test(server.url + "/delay/5", users=2, duration=60))
    await asyncio.to_thread(server.log.wait_for, 10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert client.last_result is not None
    assert client.last_result.stopped == "interrupted"


def test_the_blocking_client_needs_no_event_loop(server):
    with SyncPerformanceClient("native") as client:
        result = client.load_test(server.url, iterations=10)
    assert result.success
    assert server.log.count() == 10


async def test_the_blocking_client_works_inside_a_running_loop(server):
    assert SyncPerformanceClient("native").load_test(server.url, iterations=10).success


async def test_a_shape_of_load_is_carried_out_and_cannot_be_said_twice(server):
    client = PerformanceClient("native")
    result = await client.load_test(server.url, load=spike_test(10, 60, 1, 1, of="rate"))
    assert server.log.count() == result.summary.requests == 10 + 60 + 10
    with pytest.raises(UsageError, match="either load or users"):
        await client.load_test(server.url, users=5, load=constant(5, 1))


def test_the_package_works_from_the_root_of_a_checkout(server):
    code = (
        "from src.adapters.performance import SyncPerformanceClient\n"
        f"result = SyncPerformanceClient('native').load_test({server.url!r}, iterations=5)\n"
        "print(result.success, result.summary.requests)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "True 5", done.stderr
