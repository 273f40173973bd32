"""The open model: arrivals at a rate, whether or not the server keeps up, and response time as users feel it."""

import asyncio

from adapters.performance import PerformanceClient
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    result = await PerformanceClient().load_test(url, rate=100, max_users=50, duration=2)
    summary = result.summary
    assert summary.response_ms is not None
    print(f"{summary.iterations} iterations, {summary.dropped} arrivals dropped")
    print(
        f"service time p99 {summary.latency_ms.p99:.1f} ms, response time p99 {summary.response_ms.p99:.1f} ms"
    )


with DemoServer() as shop:
    asyncio.run(main(f"{shop.url}/slow"))
