"""Memory over long runs: what a run keeps does not grow with the number of its requests."""

from __future__ import annotations

import gc
import json
from collections import Counter

import numpy as np
import psutil

from adapters.performance.metrics import Histogram, MetricsCollector, RequestStats, Samples, Window

SECONDS = 60
MIB = 1 << 20
RANDOM = np.random.default_rng(1)


def resident():
    gc.collect()
    return psutil.Process().memory_info().rss


def growth_between(feed, *, first, second):
    """How far the process grows from the first so many rounds of a minute's requests to the second so many."""
    for _ in range(first):
        feed()
    before = resident()
    for _ in range(first, second):
        feed()
    return resident() - before


def test_windows_of_ten_million_requests_take_no_more_than_those_of_one_million():
    collector = MetricsCollector()
    lines = [window_line(second, 20_000) for second in range(SECONDS)]

    def feed():
        for line in lines:
            collector.add_window(Window.from_dict(json.loads(line)))

    assert growth_between(feed, first=1, second=10) < 4 * MIB
    assert collector.totals().requests == 10 * SECONDS * 20_000


def test_samples_of_ten_million_requests_take_no_more_than_those_of_one_million():
    collector = MetricsCollector()
    batches = [batch(second, 20_000) for second in range(SECONDS)]

    def feed():
        for samples in batches:
            collector.add_samples(samples)

    assert growth_between(feed, first=1, second=10) < 4 * MIB
    assert collector.totals().requests == 10 * SECONDS * 20_000


def test_a_second_more_takes_as_much_whatever_the_rate():
    def kept(count):
        collector = MetricsCollector()
        for second in range(SECONDS):
            collector.add_window(window(second, count))
        return sum(row.latency.nbytes for row in collector.timeline[:-1]) / SECONDS

    assert kept(200_000) < 2 * kept(20_000) < 10_000


def window(second, count):
    times = Histogram()
    times.record(RANDOM.lognormal(16, 0.6, count))
    errors = Counter({("check", f"message {second}-{number}"): 1 for number in range(100)})
    statuses = Counter({200: count})
    return Window(
        second, requests={"a": RequestStats(count, 100, times, status_codes=statuses, errors=errors)}
    )


def window_line(second, count):
    return json.dumps(window(second, count).to_dict())


def batch(second, count):
    return Samples(
        names=["a"],
        errors=[("check", f"message {second}-{number}") for number in range(100)],
        name=np.zeros(count, int),
        error=np.arange(count) % 1000 % 101 - 1,
        end_s=second + np.linspace(0, 0.999, count),
        latency_ns=RANDOM.lognormal(16, 0.6, count),
        status=np.full(count, 200),
    )
