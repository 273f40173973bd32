"""The generator watches itself, and the process that it loads; limits are looked at before anything is sent."""

import asyncio
import json
import os
import subprocess
import sys

import pytest

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.native import jobs
from adapters.performance.engines.native.limits import Limits
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import UsageError

POLYLOAD = [sys.executable, "-c", "from adapters.performance.cli import main; main()"]


def codes(result):
    return {warning.code for warning in result.warnings}


def message(result, code):
    return next(warning.message for warning in result.warnings if warning.code == code)


@pytest.fixture
def slow_app(tmp_path, monkeypatch):
    """A plan for an application that is called in the worker and blocks its event loop for 50 ms each time."""
    (tmp_path / "slow_app.py").write_text(
        "import time\n"
        "async def app(scope, receive, send):\n"
        "    time.sleep(0.05)\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
        "    await send({'type': 'http.response.body', 'body': b''})\n"
    )
    monkeypatch.chdir(tmp_path)

    def plan(**load):
        return Plan.for_url("http://testserver/", load=load, options={"app": "slow_app:app"})

    return plan


async def test_each_worker_and_the_target_are_watched(server):
    plan = Plan.for_url(server.url + "/", load={"users": 6, "duration": 2.5})
    result = await run_plan(NativeAdapter(processes=2, target_pid=os.getpid()), plan)
    first, second = result.resources["health"]
    assert [first["worker"], second["worker"]] == [0, 1]
    assert first["pid"] != second["pid"]
    for use in (first, second, result.resources["target"]):
        assert 0 < use["cpu_percent_mean"] <= 300
        assert use["cpu_percent_max"] > 0
        assert use["rss_max_bytes"] > 5_000_000
        assert use["open_files_max"] >= 3
    for worker in (first, second):
        lag = worker["loop_lag_ms"]
        assert 0 <= lag["p50"] <= lag["p99"] <= lag["max"]
    assert result.resources["target"]["pid"] == os.getpid()
    assert 0 < result.resources["machine_cpu_percent"] <= 100
    assert json.loads(result.to_json())["resources"] == result.resources


async def test_a_target_that_is_not_watched_is_not_in_the_result(server):
    result = await run_plan(NativeAdapter(), Plan.for_url(server.url + "/", load={"iterations": 1}))
    assert "target" not in result.resources
    assert result.resources["health"][0]["cpu_percent_max"] is None


async def test_a_target_that_does_not_exist_is_an_error_before_the_run(server):
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    plan = Plan.for_url(server.url + "/", load={"iterations": 1})
    with pytest.raises(UsageError, match=f"target_pid {gone.pid}: there is no such process"):
        await run_plan(NativeAdapter(target_pid=gone.pid), plan)
    assert server.log.count() == 0


@pytest.mark.parametrize("wrong", ["12", -1])
async def test_a_target_that_cannot_be_a_process_id_is_an_error(server, wrong):
    plan = Plan.for_url(server.url + "/", load={"iterations": 1})
    with pytest.raises(UsageError, match="target_pid must be a process id"):
        await run_plan(NativeAdapter(target_pid=wrong), plan)


async def test_a_target_that_ends_in_the_run_is_told(server):
    target = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    plan = Plan.for_url(server.url + "/delay/10", load={"users": 1, "duration": 3})
    run = asyncio.ensure_future(run_plan(NativeAdapter(target_pid=target.pid), plan))
    await asyncio.to_thread(server.log.wait_for, 5, 20)
    target.communicate()
    result = await run
    assert f"pid {target.pid}" in message(result, "TargetEnded")
    assert result.resources["target"]["rss_max_bytes"] > 0


async def test_a_blocked_event_loop_shows_as_loop_lag(slow_app):
    result = await run_plan(NativeAdapter(), slow_app(users=4, duration=1.5))
    assert result.resources["health"][0]["loop_lag_ms"]["max"] > 25


async def test_a_generator_that_cannot_keep_up_says_so_with_figures(slow_app):
    result = await run_plan(NativeAdapter(), slow_app(rate=200, duration=1.5))
    text = message(result, "GeneratorSaturated")
    assert "iterations began late, lag p" in text
    arrivals = result.resources["arrivals"]
    assert arrivals["due"] == 300
    assert f"{arrivals['missed']} of 300 arrivals were never started" in text
    assert result.summary.lag_ms.p50 > 25


async def test_a_rate_beyond_all_reach_leaves_requests_their_time(server):
    plan = Plan.for_url(server.url + "/", load={"rate": 1_000_000, "duration": 1, "max_users": 10})
    result = await run_plan(NativeAdapter(), plan)
    assert server.log.count() == result.summary.requests > 100
    arrivals = result.resources["arrivals"]
    assert arrivals["due"] == 1_000_000
    assert arrivals["started"] == result.summary.requests


async def test_a_small_plan_raises_no_alarm(server):
    plan = Plan.for_url(server.url + "/", load={"rate": 50, "duration": 2})
    result = await run_plan(NativeAdapter(), plan)
    assert codes(result) == set()
    assert result.summary.lag_ms.p50 < result.summary.response_ms.p50


async def test_arrivals_that_find_every_user_busy_are_not_the_generators_fault(server):
    plan = Plan.for_url(server.url + "/delay/200", load={"rate": 100, "duration": 1, "max_users": 2})
    result = await run_plan(NativeAdapter(processes=2), plan)
    assert codes(result) == {"ArrivalsDropped"}
    assert "shared out among 2 processes" in message(result, "ArrivalsDropped")
    arrivals = result.resources["arrivals"]
    assert arrivals["dropped"] == result.summary.dropped > 50
    assert arrivals["due"] == 100


async def test_waiting_for_a_free_user_is_response_time_and_no_lag(server):
    load = {"rate": 40, "duration": 1, "max_users": 1, "when_exhausted": "queue"}
    result = await run_plan(NativeAdapter(), Plan.for_url(server.url + "/delay/50", load=load))
    summary = result.summary
    assert summary.lag_ms.p50 < summary.latency_ms.p50 < summary.response_ms.p50 / 3
    assert codes(result) == {"ArrivalsDropped"}


def polyload_with_limit(limit, url, *args):
    command = f'ulimit {limit} && exec "$@"'
    return subprocess.run(
        ["bash", "-c", command, "bash", *POLYLOAD, "run", url, "--no-progress", *args],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_soft_limit_on_open_files_is_raised(server):
    done = polyload_with_limit(
        "-Sn 64", server.url + "/delay/100", "-u", "150", "-d", "1", "--tool", "native"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.log.connections == 150


def test_a_hard_limit_on_open_files_is_one_message_before_the_run(server):
    done = polyload_with_limit("-n 128", server.url + "/", "-u", "150", "-d", "1", "--tool", "native")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "150 users in 1 process need 214 open files, and the limit is 128" in done.stderr
    assert "'ulimit -n 214'" in done.stderr
    assert server.log.connections == 0


async def test_too_few_local_ports_are_an_error_before_the_run(server, monkeypatch):
    monkeypatch.setattr(jobs, "system_limits", lambda: Limits(files=None, ports=5))
    plan = Plan.for_url(server.url + "/", load={"users": 6, "iterations": 6})
    with pytest.raises(UsageError, match="6 users need as many local ports"):
        await run_plan(NativeAdapter(), plan)
    assert server.log.connections == 0


def test_the_command_line_gives_engines_their_settings(server):
    command = [*POLYLOAD, "run", server.url + "/", "-u", "3", "-n", "9", "--no-progress"]
    done = subprocess.run(
        [*command, "--processes", "3", "--target-pid", str(os.getpid())],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "worker 2 (pid" in done.stdout
    assert f"target (pid {os.getpid()})" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize("setting", ["--processes=2", "--target-pid=1"])
def test_the_command_line_refuses_settings_that_an_engine_has_not(server, setting):
    command = [*POLYLOAD, "run", server.url + "/", "-n", "9", "--tool", "ab", setting]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "ab has no setting" in done.stderr
    assert "native, httpx" in done.stderr
    assert server.log.count() == 0
