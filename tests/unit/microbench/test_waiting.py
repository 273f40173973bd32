"""Waiting for a processor is told of what computes, and of nothing that sleeps."""

import time
from pathlib import Path
from threading import Event, Thread

import pytest

from adapters.performance.microbench.waiting import WaitClock

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="needs Linux")


@pytest.fixture
def clock():
    clock = WaitClock()
    yield clock
    clock.close()


def timed(clock, func):
    clock.begin()
    started = time.perf_counter()
    func()
    elapsed_s = time.perf_counter() - started
    return clock.end(elapsed_s), elapsed_s


def test_of_a_sleep_nothing_is_told(clock):
    waited_s, _ = timed(clock, lambda: time.sleep(0.02))
    assert waited_s is None


def test_with_a_second_thread_nothing_is_told(clock):
    over = Event()
    thread = Thread(target=over.wait)
    thread.start()
    waited_s, _ = timed(clock, lambda: sum(range(100_000)))
    over.set()
    thread.join()
    assert waited_s is None


def test_waiting_is_a_part_of_the_time(clock):
    waited_s, elapsed_s = timed(clock, lambda: sum(range(1_000_000)))
    assert waited_s is None or 0 <= waited_s < elapsed_s
