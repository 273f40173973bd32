"""The server whose capacity is set by construction, held to it."""

from __future__ import annotations

from adapters.performance import PerformanceClient
from adapters.performance.testing.queueing import QueueServer


async def test_it_serves_no_more_than_its_capacity_however_much_is_asked() -> None:
    with QueueServer(slots=2, service_s=0.02) as server:
        result = await PerformanceClient("native").load_test(server.url, users=10, duration=2)
    assert server.capacity == 100
    assert result.summary.throughput_rps is not None
    assert result.summary.throughput_rps <= 101
    assert (result.summary.latency_ms.min or 0) >= 20


async def test_a_stall_holds_every_slot() -> None:
    with QueueServer(slots=4, service_s=0.01, stall_every_s=0.5, stall_s=0.3) as server:
        result = await PerformanceClient("native").load_test(server.url, rate=50, duration=2)
    assert server.stalls >= 1
    assert (result.summary.latency_ms.max or 0) >= 300
