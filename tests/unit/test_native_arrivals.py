"""Arrivals of the open model inside one worker: what happens when the generator itself is held up."""

import asyncio
import time
from time import perf_counter

import pytest

from adapters.performance import Plan
from adapters.performance.engines.native.alarm import PolledAlarm, SystemAlarm, make_alarm
from adapters.performance.engines.native.recorder import WindowClock
from adapters.performance.engines.native.runner import Runner
from adapters.performance.engines.native.sender import Exchange
from adapters.performance.engines.program.compile import compile_plan
from adapters.performance.metrics.collector import MetricsCollector


class Held:
    """A sender whose every request is answered at once, but for the first: that holds up the whole loop."""

    resent = 0
    busy = False
    sent = 0

    async def send(self, request, cookie, volley=None):
        Held.sent += 1
        started_at = perf_counter()
        if Held.sent == 1:
            time.sleep(0.3)
        now = perf_counter()
        return Exchange(started_at=started_at, first_byte_at=now, done_at=now, status=200, plain=True)

    async def close(self):
        pass


async def arrivals(**load):
    Held.sent = 0
    collector = MetricsCollector()
    clock = WindowClock(collector.add_window, open_model=True, wire_bytes=True)
    plan = Plan.for_url("http://127.0.0.1:1/", load={"duration": 0.5, **load})
    runner = Runner(compile_plan(plan), clock, Held)
    running = asyncio.ensure_future(runner.run(perf_counter() + 0.01))
    return collector, clock, runner, running


async def test_arrivals_that_the_generator_is_late_for_are_all_started_and_their_lag_is_known():
    collector, clock, runner, running = await arrivals(rate=2000, max_users=2000)
    await running
    clock.flush()
    assert (collector.iterations, collector.dropped, runner.missed, Held.sent) == (1000, 0, 0, 1000)
    assert collector.lag.count == 1000
    assert 0.25 < collector.lag.max_ns / 1e9 < 0.6
    late = 1000 * collector.totals().response.mean_ns / 1e9
    assert late > 0.5 * 600 * 0.15, "600 were due while nothing went on, and waited for 0.15 s on average"


async def test_arrivals_that_are_due_when_the_load_is_stopped_are_missed_and_counted():
    collector, clock, runner, running = await arrivals(rate=2000, max_users=2000)
    asyncio.get_running_loop().call_at(asyncio.get_running_loop().time() + 0.05, runner.stop)
    await running
    clock.flush()
    due = collector.iterations + collector.dropped + runner.missed
    assert 500 < due <= 800, "the stop was heard when the loop went on, 0.31 s after the beginning"
    assert runner.missed > 0


async def test_others_have_their_turn_while_more_arrivals_are_due_than_can_be_started():
    collector, clock, runner, running = await arrivals(rate=3_000_000, duration=0.3, max_users=1)
    longest, before = 0.0, perf_counter()
    while not running.done():
        await asyncio.sleep(0)
        longest, before = max(longest, perf_counter() - before), perf_counter()
    clock.flush()
    assert collector.iterations + collector.dropped + runner.missed == 900_000
    assert longest < 0.8, "0.3 s of it the loop is held up"


async def test_a_stop_is_heard_while_the_next_arrival_is_far_away():
    collector, clock, runner, running = await arrivals(rate=0.1, duration=60)
    while not Held.sent:
        await asyncio.sleep(0)
    runner.stop()
    await asyncio.wait_for(running, 5)
    clock.flush()
    assert (collector.iterations, collector.dropped) == (1, 0)


@pytest.mark.parametrize("kind", [PolledAlarm, SystemAlarm, make_alarm])
async def test_an_alarm_rings_once_and_never_before_its_moment(kind):
    rung = []
    moments = [perf_counter() + delay for delay in (0.0, 0.0003, 0.0031, 0.02)]
    for moment in moments:
        ringing = asyncio.Event()
        alarm = kind(lambda: (rung.append(perf_counter()), ringing.set()))  # noqa: B023
        alarm.set(moment)
        await asyncio.wait_for(ringing.wait(), 5)
        alarm.close()
    assert len(rung) == 4
    assert all(at >= moment for at, moment in zip(rung, moments, strict=True))


@pytest.mark.parametrize("kind", [PolledAlarm, SystemAlarm])
async def test_an_alarm_that_is_set_anew_forgets_its_moment_and_a_closed_one_never_rings(kind):
    rung = asyncio.Event()
    alarm, closed = kind(rung.set), kind(lambda: pytest.fail("it was closed"))
    closed.set(perf_counter() + 0.005)
    closed.close()
    alarm.set(perf_counter() + 60)
    alarm.set(later := perf_counter() + 0.03)
    await asyncio.wait_for(rung.wait(), 5)
    alarm.close()
    assert perf_counter() >= later
