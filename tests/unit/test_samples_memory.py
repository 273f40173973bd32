"""Memory over long runs: what a run keeps does not grow with the number of its requests."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import psutil
import pytest

from adapters.performance.metrics import Histogram, MetricsCollector, RequestStats, Samples, Window

SECONDS = 60
PER_SECOND = 20_000
MIB = 1 << 20
RANDOM = np.random.default_rng(1)


@pytest.mark.parametrize("source", ["windows", "samples"])
def test_memory_does_not_grow_with_the_requests(source):
    """In a process of its own, whose memory nothing else has shaped."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = [sys.executable, __file__, source]
    done = subprocess.run(child, capture_output=True, text=True, env=environment, check=True)
    requests, growth = map(int, done.stdout.split())
    assert requests == 11 * SECONDS * PER_SECOND
    assert growth < 4 * MIB


def fed(source):
    """How many requests a collector counted, and how far this process grew over the last nine tenths of them."""
    collector = MetricsCollector()
    lines = [window_line(second, PER_SECOND) for second in range(SECONDS)]
    batches = [batch(second, PER_SECOND) for second in range(SECONDS)]
    before = 0
    for number in range(11):
        for line, samples in zip(lines, batches, strict=True):
            if source == "windows":
                collector.add_window(Window.from_dict(json.loads(line)))
            else:
                collector.add_samples(samples)
        if number == 1:  # each second now has the form in which more is added to it
            before = resident()
    return collector.totals().requests, resident() - before


def resident():
    gc.collect()
    return psutil.Process().memory_info().rss


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


if __name__ == "__main__":
    print(*fed(sys.argv[1]))
