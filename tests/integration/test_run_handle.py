"""A running test in the caller's hands: followed, paused, changed and stopped, as a real server saw it."""

import asyncio
import os
import signal
from itertools import pairwise

import psutil
import pytest

from adapters.performance import (
    EngineAdapter,
    EngineFailed,
    NativeAdapter,
    PerformanceClient,
    Plan,
    SyncPerformanceClient,
    UnsupportedFeature,
    UsageError,
)
from adapters.performance.engines.contract import Availability, EngineReport

LATE_S = 0.5
"""How much later than due something may be on a busy machine."""


def client(processes=1):
    return PerformanceClient(NativeAdapter(processes=processes))


async def windows_of(run, count):
    """The next so many seconds of a run."""
    seen = []
    async for window in run:
        seen.append(window)
        if len(seen) == count:
            break
    return seen


async def seen_by(server, count):
    await asyncio.to_thread(server.log.wait_for, count)


def requests_in(windows):
    return sum(stats.requests for window in windows for stats in window.requests.values())


# Following


async def test_every_reader_has_each_second_once_from_when_it_began(server):
    async with client().start(server.url + "/delay/5", 2, 3.2) as run:
        early = asyncio.ensure_future(windows_of(run, 100))
        await windows_of(run, 1)
        late = await windows_of(run, 100)
        result = await run
        early = await early
    assert [window.start_s for window in early] == list(range(len(early)))
    assert late == early[1:]
    assert requests_in(early) == result.summary.requests == server.log.count()
    assert result.changes == ()
    assert result.paused_s == 0


async def test_a_reader_that_lingers_holds_nothing_up_and_misses_nothing(server):
    async with client().start(server.url + "/delay/5", 2, 2.2) as run:
        reader = aiter(run)
        await anext(reader)
        result = await run
        rest = [window async for window in reader]
    assert [window.start_s for window in rest] == [1, 2]
    assert result.success


async def test_the_end_of_a_run_ends_readers_that_come_later(server):
    async with client().start(server.url, iterations=5) as run:
        await run
        assert [window async for window in run] == []
        assert run.done


async def test_leaving_the_block_stops_the_run(server):
    tester = client()
    async with tester.start(server.url + "/delay/5", users=2, duration=60):
        await seen_by(server, 10)
    assert tester.last_result.stopped == "interrupted"
    assert psutil.Process().children() == []


async def test_an_error_in_the_block_stops_the_run(server):
    tester = client()
    with pytest.raises(ZeroDivisionError):
        async with tester.start(server.url + "/delay/5", users=2, duration=60):
            await seen_by(server, 10)
            raise ZeroDivisionError
    assert tester.last_result.stopped == "interrupted"
    assert psutil.Process().children() == []


async def test_who_stops_waiting_for_the_result_leaves_the_run_alone(server):
    async with client().start(server.url + "/delay/5", users=2, duration=60) as run:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(run.result(), 0.1)
        await seen_by(server, 10)
        assert not run.done
        assert (await run.stop()).stopped == "interrupted"


async def test_a_run_that_cannot_be_raises_its_error_wherever_it_is_waited_for():
    plan = Plan.for_url("http://127.0.0.1:1/", load={"rate": 5, "duration": 1, "arrivals": "poisson"})
    tester = PerformanceClient("k6")
    with pytest.raises(UnsupportedFeature, match="Poisson"):
        async with tester.start(plan=plan) as run:
            with pytest.raises(UnsupportedFeature, match="Poisson"):
                await run.pause()
            with pytest.raises(UnsupportedFeature, match="Poisson"):
                await windows_of(run, 1)
            await run
    with pytest.raises(UnsupportedFeature, match="Poisson"):
        async with tester.start(plan=plan):
            pass


# Pausing


@pytest.mark.parametrize(
    ("processes", "load"), [(2, {"users": 4, "duration": 1.5}), (2, {"rate": 100, "duration": 1.5})]
)
async def test_a_pause_holds_the_load_and_its_time(server, processes, load):
    plan = Plan.for_url(server.url + "/delay/5", load=load)
    async with client(processes).start(plan=plan) as run:
        await seen_by(server, 20)
        await run.pause()
        await asyncio.to_thread(server.log.wait_until_idle)
        before = server.log.count()
        paused = (await windows_of(run, 3))[1:]
        assert server.log.count() == before
        assert requests_in(paused) == 0
        await run.resume()
        result = await run
    assert result.success, result.reason
    assert [change.what for change in result.changes] == ["pause", "resume"]
    assert result.paused_s == result.changes[1].t - result.changes[0].t > 1
    assert abs(result.duration_s - result.paused_s - 1.5) < LATE_S
    assert result.summary.throughput_rps == result.summary.requests / (result.duration_s - result.paused_s)
    assert result.summary.requests == server.log.count() > before
    if "rate" in load:
        assert (result.summary.requests, result.summary.dropped) == (150, 0)
    (warning,) = [warning for warning in result.warnings if warning.code == "ChangedByHand"]
    assert "paused at" in warning.message
    assert "rates leave out" in warning.message


async def test_arrivals_go_on_after_a_pause_without_a_burst_and_are_not_late_for_it(server):
    async with client().start(server.url, rate=50, duration=2) as run:
        await seen_by(server, 20)
        await run.pause()
        await windows_of(run, 2)
        await run.resume()
        result = await run
    times = [request.received_s for request in server.log.requests]
    gaps = sorted(after - before for before, after in pairwise(times))
    assert gaps[-1] > 1, "there was a pause"
    resumed = times[0] + result.changes[1].t
    assert sum(resumed <= time < resumed + 0.4 for time in times) <= 25
    assert result.summary.response_ms.max < 1000 * LATE_S


async def test_arrivals_that_wait_for_a_user_wait_through_a_pause(server):
    load = {"rate": 100, "duration": 0.5, "max_users": 1, "when_exhausted": "queue"}
    async with client().start(plan=Plan.for_url(server.url + "/delay/20", load=load)) as run:
        await seen_by(server, 3)
        await run.pause()
        await windows_of(run, 2)
        await run.resume()
        result = await run
    assert result.summary.requests + result.summary.dropped == 50
    assert result.summary.requests == server.log.count() > 10
    assert result.summary.response_ms.max < 1000


async def test_a_pause_before_the_first_request_lets_nothing_through(server):
    async with client(2).start(server.url, users=4, duration=0.5) as run:
        await run.pause()
        await windows_of(run, 1)
        assert server.log.count() == 0
        await run.resume()
        result = await run
    assert result.success, result.reason
    assert result.changes[0].t == 0
    assert server.log.count() == result.summary.requests > 0


async def test_a_pause_holds_users_between_the_steps_of_an_iteration(server):
    steps = [{"url": f"/delay/20?step={number}"} for number in range(5)]
    plan = Plan.from_dict(
        {"target": server.url, "scenarios": [{"steps": steps}], "load": {"iterations": 8, "users": 4}}
    )
    async with client().start(plan=plan) as run:
        await seen_by(server, 6)
        await run.pause()
        await asyncio.to_thread(server.log.wait_until_idle)
        before = server.log.count()
        await windows_of(run, 2)
        assert server.log.count() == before < 40
        await run.resume()
        result = await run
    assert server.log.count() == 40
    assert (result.success, result.summary.iterations) == (True, 8)


async def test_a_pause_does_not_shorten_think_time(server):
    steps = [{"url": "/a"}, {"pause": 1.5}, {"url": "/b"}]
    plan = Plan.from_dict(
        {
            "target": server.url,
            "scenarios": [{"steps": steps}],
            "load": {"iterations": 1, "max_duration": 1},
        }
    )
    async with client().start(plan=plan) as run:
        await seen_by(server, 1)
        await run.pause()
        await windows_of(run, 3)
        await run.resume()
        result = await run
    assert result.success, result.reason
    first, second = server.log.requests
    assert second.received_s - first.received_s >= 1.5


async def test_the_same_again_changes_nothing(server):
    async with client().start(server.url + "/delay/5", users=2, duration=60) as run:
        await run.resume()
        await run.pause()
        await run.pause()
        await run.resume()
        await run.resume()
        result = await run.stop()
    assert [change.what for change in result.changes] == ["pause", "resume"]


@pytest.mark.parametrize("load", [{"users": 2, "duration": 60}, {"rate": 50, "duration": 60}])
async def test_a_stop_while_paused_ends_the_run(server, load):
    async with client().start(plan=Plan.for_url(server.url + "/delay/5", load=load)) as run:
        await seen_by(server, 10)
        await run.pause()
        await windows_of(run, 1)
        result = await run.stop()
    assert (result.stopped, result.exit_code) == ("interrupted", 130)
    assert result.summary.requests == server.log.count()
    assert 0 < result.paused_s < result.duration_s < 30


async def test_a_worker_that_dies_while_paused_is_named_and_nothing_hangs(server):
    async with client(2).start(server.url + "/delay/5", users=2, duration=60) as run:
        await seen_by(server, 10)
        await run.pause()
        worker = psutil.Process().children()[-1]
        os.kill(worker.pid, signal.SIGSTOP)
        resuming = asyncio.ensure_future(run.resume())
        await windows_of(run, 1)
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(EngineFailed, match="was ended by SIGKILL"):
            await resuming
        result = await run
    assert (result.success, result.stopped) == (False, "failed")
    assert f"pid {worker.pid}) was ended by SIGKILL" in result.reason
    assert psutil.Process().children() == []


# Changing


def users_seen(requests):
    return {int(request.query.removeprefix("u=")) for request in requests}


async def follow_until(run, reached):
    """Follows a run until a condition holds at the end of a second."""
    async for _ in run:
        if reached():
            return
    raise AssertionError("the run ended before it came to that")


async def test_users_come_and_go_at_once_and_exactly(server):
    plan = Plan.for_url(server.url + "/delay/20?u=${user}", load={"users": 3, "duration": 60})
    async with client(3).start(plan=plan) as run:
        await follow_until(run, lambda: users_seen(server.log.requests) == {0, 1, 2})
        await run.set_users(7)
        await follow_until(run, lambda: users_seen(server.log.requests) == set(range(7)))
        await run.set_users(2)
        *_, last = await windows_of(run, 3)
        known = server.log.count()
        await windows_of(run, 1)
        assert users_seen(server.log.requests[known:]) == {0, 1}
        assert last.users == 2
        result = await run.stop()
    assert [(change.what, change.value) for change in result.changes] == [("users", 7), ("users", 2)]
    assert result.paused_s == 0
    assert "set to 7 users at" in result.warnings[0].message


async def test_a_change_takes_the_place_of_the_ramp(server):
    load = {"users": 40, "ramp_up": 30, "duration": 60}
    async with client(2).start(plan=Plan.for_url(server.url + "/delay/20?u=${user}", load=load)) as run:
        await seen_by(server, 1)
        await run.set_users(5)
        *_, last = await windows_of(run, 4)
        assert last.users == 5
        assert users_seen(server.log.requests) == set(range(5))
        await run.stop()


async def test_users_who_share_iterations_can_be_more(server):
    async with client().start(server.url + "/delay/20", iterations=100, users=1) as run:
        await seen_by(server, 2)
        await run.set_users(5)
        result = await run
    assert result.success, result.reason
    assert (result.summary.iterations, server.log.count()) == (100, 100)
    assert server.log.connections == 5


async def test_no_users_is_a_load_whose_time_goes_on(server):
    async with client().start(server.url + "/delay/5", users=2, duration=2) as run:
        await seen_by(server, 2)
        await run.set_users(0)
        result = await run
    assert result.success, result.reason
    assert abs(result.duration_s - 2) < LATE_S
    assert result.paused_s == 0


@pytest.mark.parametrize("processes", [1, 2])
async def test_another_rate_holds_from_its_moment_exactly(server, processes):
    load = {"rate": 20, "duration": 2.5, "max_users": 50}
    async with client(processes).start(plan=Plan.for_url(server.url, load=load)) as run:
        await seen_by(server, 5)
        await run.set_rate(200)
        result = await run
    since_s = result.changes[0].t
    due = 20 * since_s + 200 * (2.5 - since_s)
    assert abs(result.summary.requests + result.summary.dropped - due) <= 1
    assert result.summary.requests == server.log.count()
    assert result.changes[0].value == 200


async def test_changes_while_paused_hold_after_it(server):
    plan = Plan.for_url(server.url + "/delay/20?u=${user}", load={"users": 1, "duration": 60})
    async with client().start(plan=plan) as run:
        await seen_by(server, 1)
        await run.pause()
        await run.set_users(4)
        await asyncio.to_thread(server.log.wait_until_idle)
        assert users_seen(server.log.requests) == {0}
        await run.resume()
        await follow_until(run, lambda: users_seen(server.log.requests) == {0, 1, 2, 3})
        await run.stop()


# Refusals


async def test_a_change_that_does_not_fit_the_load_is_refused(server):
    async with client().start(server.url + "/delay/5", users=2, duration=60) as run:
        with pytest.raises(UsageError, match="a number of users, not an arrival rate"):
            await run.set_rate(5)
        for users in (-1, 2.5, True, "3"):
            with pytest.raises(UsageError, match="a whole number from 0"):
                await run.set_users(users)
    async with client().start(server.url + "/delay/5", rate=5, duration=60) as run:
        with pytest.raises(UsageError, match="an arrival rate, not a number of users"):
            await run.set_users(5)
        for rate in (-1, float("inf"), float("nan"), None):
            with pytest.raises(UsageError, match="a rate is"):
                await run.set_rate(rate)


async def test_after_the_end_a_change_is_refused_and_a_stop_changes_nothing(server):
    async with client().start(server.url, iterations=3) as run:
        result = await run
        for change in (run.pause(), run.resume(), run.set_users(3)):
            with pytest.raises(UsageError, match="the run has ended"):
                await change
        assert await run.stop() is result
    assert result.success


async def test_a_change_after_the_load_while_requests_are_in_flight_is_refused(server):
    plan = Plan.for_url(
        server.url + "/delay/4000", load={"users": 1, "duration": 0.5}, options={"graceful_stop": 10}
    )
    async with client().start(plan=plan) as run:
        await windows_of(run, 2)
        with pytest.raises(UsageError, match="the load is over"):
            await run.pause()
        result = await run
    assert result.changes == ()
    assert result.success, result.reason


class _Fixed(EngineAdapter):
    """An engine whose runs can only be stopped."""

    name = "fixed"
    semantics = NativeAdapter.semantics

    def detect(self):
        return Availability(True)

    async def run(self, plan, collector, ctx):
        await ctx.stop.wait()
        return EngineReport("1", 0.0, 1.0, "interrupted")


async def test_an_engine_that_cannot_says_so_and_who_can():
    tester = PerformanceClient(_Fixed())
    async with tester.start("http://127.0.0.1:1/", users=1, duration=60) as run:
        for change in (run.pause(), run.resume(), run.set_users(2)):
            with pytest.raises(UnsupportedFeature) as refused:
                await change
            assert "fixed can be stopped, but not changed" in refused.value.message
            assert "native, httpx" in refused.value.hint
        assert (await run.stop()).stopped == "interrupted"


async def test_an_engine_that_breaks_ends_everything_that_waits():
    class Broken(_Fixed):
        cannot_steer = None

        async def run(self, plan, collector, ctx):
            raise EngineFailed("it broke")

    with pytest.raises(EngineFailed, match="it broke"):
        async with PerformanceClient(Broken()).start("http://127.0.0.1:1/", users=1, duration=60) as run:
            await run.pause()


# Without an event loop


def test_the_blocking_handle_has_the_same_methods(server):
    with SyncPerformanceClient("native") as tester:
        with tester.start(server.url + "/delay/5", users=2, duration=60) as run:
            server.log.wait_for(10)
            run.pause()
            server.log.wait_until_idle()
            before = server.log.count()
            windows = iter(run)
            next(windows)
            assert server.log.count() == before
            run.set_users(3)
            run.resume()
            server.log.wait_for(before + 10)
            assert not run.done
            result = run.stop()
            list(windows)
        assert tester.last_result is result
    assert [change.what for change in result.changes] == ["pause", "users", "resume"]
    assert result.summary.requests == server.log.count()
    assert psutil.Process().children() == []


def test_the_blocking_handle_refuses_in_the_same_words(server):
    with SyncPerformanceClient("native").start(server.url, iterations=2) as run:
        assert run.result().success
        with pytest.raises(UsageError, match="the run has ended"):
            run.pause()
