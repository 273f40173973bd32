"""Performance tests in QA code: a load test, a benchmark and a stress test, what they measured, and the verdict.

    python examples/performance_testing_example.py [URL]

Without a URL the demo shop is started and loaded.
"""

import asyncio
import sys

from adapters.http import HTTPXClient
from adapters.performance import MetricsCollector, PerformanceClient, RunResult
from adapters.performance.testing import DemoServer


async def load_test(target_url: str) -> RunResult:
    """Ten users for two seconds, on the best engine that is here."""
    client = PerformanceClient(tool="auto")
    results = await client.load_test(
        target_url=target_url,
        users=10,  # at once
        duration=2,  # seconds in all
        ramp_up=0.5,  # of which the users take so long to start
        thresholds=["p95 < 500ms", "error_rate < 1%"],
    )
    print(f"Success: {results['success']}")
    print(f"Requests: {results['results']['requests']}, p95 {results.summary.latency_ms.p95:.2f} ms")
    print(f"Engine: {results.engine.name}: {results.engine.note}")
    await client.close()
    return results


async def benchmark(target_url: str) -> None:
    """So many requests, one after the other, through your own HTTP client."""
    base_url, _, endpoint = target_url.rpartition("/")
    client = PerformanceClient(http_client=HTTPXClient(base_url=base_url))
    result = await client.benchmark(target_url=f"/{endpoint}", requests=200)
    print(f"Average response time: {result.avg_time:.2f}ms")
    print(f"Throughput: {result.throughput:.0f} req/s")
    await client.close()


async def stress_test(target_url: str) -> None:
    """More users every two seconds, until the target breaks."""
    client = PerformanceClient(tool="auto")
    results = await client.stress_test(
        target_url=target_url,
        start_users=2,
        max_users=6,
        step_users=2,
        step_duration=2,
    )
    print(f"Max users reached: {results['max_users_reached']}")
    print(f"Breaking point: {results.get('break_point', 'None')}")
    print(results.reason)
    await client.close()


async def everything(target_url: str) -> int:
    """All three; the load test decides the exit code."""
    results = await load_test(target_url)
    await benchmark(target_url)
    await stress_test(target_url)
    return results.exit_code


def collect_metrics() -> None:
    """The collector on its own, for requests that you make yourself."""
    collector = MetricsCollector()
    collector.start_collection()
    collector.record_response_time(150.5)
    collector.record_error("timeout", "Connection timeout")
    collector.stop_collection()

    metrics = collector.get_metrics()
    print(f"Total requests: {metrics['total_requests']}")
    print(f"Error rate: {metrics['error_rate']}%")
    print(f"Avg response time: {metrics['response_times']['avg']}ms")
    print(f"P95: {metrics['response_times']['p95']}ms")


def main() -> int:
    collect_metrics()
    if len(sys.argv) > 1:
        return asyncio.run(everything(sys.argv[1]))
    with DemoServer() as shop:
        return asyncio.run(everything(f"{shop.url}/health"))


if __name__ == "__main__":
    sys.exit(main())
