"""Several worker processes: they share a load exactly, and one that dies or hangs is named."""

import asyncio
import os
import signal
import time
from collections import Counter

import psutil
import pytest

from adapters.performance import HttpxAdapter, NativeAdapter, PerformanceClient, Plan
from adapters.performance.engines.native import jobs, listening, workers
from adapters.performance.engines.running import run_plan
from adapters.performance.errors import EngineFailed

ROWS = [{"x": str(number)} for number in range(30)]


def values(server, name):
    """The values of one query parameter, of every request that the server saw."""
    pairs = (pair.partition("=") for request in server.log.requests for pair in request.query.split("&"))
    return [value for key, _, value in pairs if key == name]


def most_at_once(requests):
    """The most requests that the server had before it at any moment."""
    moments = [(request.received_s, 1) for request in requests]
    moments += [(request.answered_s, -1) for request in requests if request.answered_s is not None]
    level = most = 0
    for _, change in sorted(moments):
        level += change
        most = max(most, level)
    return most


async def test_seven_users_on_three_processes_are_seven_users(server):
    plan = Plan.for_url(server.url + "/delay/200?u=${user}", load={"users": 7, "duration": 1})
    result = await run_plan(NativeAdapter(processes=3), plan)
    assert result.success, result.reason
    assert set(values(server, "u")) == set("0123456")
    assert most_at_once(server.log.requests) == server.log.connections == 7
    assert result.timeline[0].users == 7
    assert result.resources["workers"] == 3


@pytest.mark.parametrize("engine", [NativeAdapter, HttpxAdapter])
async def test_iterations_add_up_and_each_has_a_number_of_its_own(server, engine):
    plan = Plan.for_url(server.url + "/?i=${iteration}", load={"users": 7, "iterations": 100})
    result = await run_plan(engine(processes=3), plan)
    assert result.success, result.reason
    assert sorted(map(int, values(server, "i"))) == list(range(100))
    assert result.summary.iterations == 100


async def test_a_rate_is_the_same_rate_on_two_processes(server):
    plan = Plan.for_url(server.url + "/?i=${iteration}", load={"rate": 40, "duration": 1})
    result = await run_plan(NativeAdapter(processes=2), plan)
    arrivals = result.resources["arrivals"]
    assert arrivals["due"] == 40
    assert arrivals["started"] == server.log.count() == 40 - arrivals["missed"] - arrivals["dropped"]
    parts = Counter(int(number) % 2 for number in values(server, "i"))
    assert abs(parts[0] - parts[1]) <= arrivals["missed"]


async def test_max_users_bounds_all_processes_together(server):
    load = {"rate": 100, "duration": 1, "max_users": 5}
    result = await run_plan(NativeAdapter(processes=2), Plan.for_url(server.url + "/delay/300", load=load))
    assert most_at_once(server.log.requests) == 5
    assert result.summary.dropped > 0


@pytest.mark.parametrize(("on_end", "success"), [("stop", True), ("fail", False)])
async def test_a_unique_row_is_used_once_in_all(server, on_end, success):
    plan = Plan.for_url(
        server.url + "/delay/5?x=${r.x}",
        load={"users": 4, "duration": 20},
        data={"r": {"rows": ROWS, "strategy": "unique", "on_end": on_end}},
    )
    result = await run_plan(NativeAdapter(processes=3), plan)
    assert sorted(map(int, values(server, "x"))) == list(range(30))
    assert result.success is success, result.reason


async def test_sequential_rows_are_dealt_to_the_processes_in_turn(server):
    plan = Plan.for_url(
        server.url + "/?x=${r.x}&u=${user}&s=${seq()}",
        load={"users": 3, "iterations": 30},
        data={"r": {"rows": ROWS}},
    )
    await run_plan(NativeAdapter(processes=3), plan)
    drawn = sorted(zip(map(int, values(server, "x")), map(int, values(server, "u")), strict=True))
    assert drawn == [(number, number % 3) for number in range(30)]
    assert Counter(values(server, "s")) == {str(number): 3 for number in range(1, 11)}


async def test_a_user_has_the_same_row_on_whatever_process(server):
    plan = Plan.for_url(
        server.url + "/?pair=${user}-${r.x}",
        load={"users": 7, "iterations": 50},
        data={"r": {"rows": ROWS, "strategy": "per_user"}},
    )
    await run_plan(NativeAdapter(processes=3), plan)
    assert set(values(server, "pair")) <= {f"{number}-{number}" for number in range(7)}


async def test_auto_takes_a_process_for_ten_users_as_far_as_there_are_processors(server, monkeypatch):
    monkeypatch.setattr(jobs, "usable_processors", lambda: 3)
    for users, started in [(7, 1), (20, 2), (50, 3)]:
        plan = Plan.for_url(server.url + "/", load={"users": users, "iterations": 100})
        result = await run_plan(NativeAdapter(processes="auto"), plan)
        assert (result.resources["workers"], result.summary.iterations) == (started, 100)


async def test_a_client_spreads_its_load_over_processes(server):
    async with PerformanceClient(tool=NativeAdapter(processes=4)) as client:
        result = await client.load_test(server.url + "/", users=8, iterations=40)
    assert (result.resources["workers"], result.summary.requests) == (4, 40)


async def running(server, processes, load, path="/delay/20?u=${user}"):
    """A run on so many processes that has begun to send, and its workers' pids by number."""
    plan = Plan.for_url(server.url + path, load=load)
    run = asyncio.ensure_future(run_plan(NativeAdapter(processes=processes), plan))
    await asyncio.to_thread(server.log.wait_for, 60, 20)
    return run, [child.pid for child in psutil.Process().children()]


async def test_a_worker_that_is_killed_is_named_at_once_and_the_others_report(server):
    run, pids = await running(server, 3, {"users": 6, "duration": 60})
    os.kill(pids[1], signal.SIGKILL)
    killed_at = time.monotonic()
    result = await run
    assert time.monotonic() - killed_at < 10
    assert (result.success, result.stopped) == (False, "failed")
    assert f"worker 1 (pid {pids[1]}) was ended by SIGKILL" in result.reason
    assert psutil.Process().children() == []
    of_others = sum(int(user) % 3 != 1 for user in values(server, "u"))
    assert of_others <= result.summary.requests + result.summary.interrupted <= server.log.count()


async def test_every_worker_that_died_is_named(server):
    run, pids = await running(server, 2, {"users": 4, "duration": 60})
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    result = await run
    assert all(f"worker {number} (pid {pid})" in result.reason for number, pid in enumerate(pids))
    assert psutil.Process().children() == []


async def test_what_a_dead_worker_reported_stays_in_the_figures(server):
    run, pids = await running(server, 1, {"users": 4, "duration": 60})
    await asyncio.to_thread(server.log.wait_for, server.log.count() + 400, 30)
    os.kill(pids[0], signal.SIGKILL)
    result = await run
    assert result.stopped == "failed"
    assert 0 < result.summary.requests <= server.log.count()


async def test_a_worker_that_hangs_is_named_and_ended(server, monkeypatch):
    monkeypatch.setattr(listening, "_IDLE_LOOKS", 6)
    run, pids = await running(server, 2, {"users": 4, "duration": 60})
    os.kill(pids[0], signal.SIGSTOP)
    result = await run
    assert (result.success, result.stopped) == (False, "failed")
    assert f"worker 0 (pid {pids[0]}) hangs: no word from it for " in result.reason
    assert "s (it is stopped)" in result.reason
    assert "worker 1" not in result.reason
    assert result.resources["health"][1]["cpu_percent_mean"] is not None
    assert psutil.Process().children() == []


async def test_a_worker_that_is_busy_for_long_is_not_taken_to_hang(tmp_path, monkeypatch):
    monkeypatch.setattr(listening, "_IDLE_LOOKS", 3)
    (tmp_path / "busy_app.py").write_text(
        "import time\n"
        "async def app(scope, receive, send):\n"
        "    until = time.monotonic() + 4\n"
        "    while time.monotonic() < until: pass\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
        "    await send({'type': 'http.response.body', 'body': b''})\n"
    )
    monkeypatch.chdir(tmp_path)
    plan = Plan.for_url("http://testserver/", load={"iterations": 1}, options={"app": "busy_app:app"})
    result = await run_plan(NativeAdapter(), plan)
    assert result.success, result.reason


async def test_a_worker_that_cannot_start_says_why(server, monkeypatch):
    monkeypatch.setattr(workers, "_MODULE", "no_such_module")
    plan = Plan.for_url(server.url + "/", load={"users": 2, "iterations": 2})
    with pytest.raises(EngineFailed, match=r"worker \d .* exit code 1: .*No module named no_such_module"):
        await run_plan(NativeAdapter(processes=2), plan)
    assert psutil.Process().children() == []
    assert server.log.count() == 0
