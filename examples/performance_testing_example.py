"""A load test in QA code: run it, look at what was measured, and act on the verdict.

    python examples/performance_testing_example.py [URL]

Without a URL the demo shop is started and loaded.
"""

import asyncio
import sys

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
        return asyncio.run(load_test(sys.argv[1])).exit_code
    with DemoServer() as shop:
        return asyncio.run(load_test(f"{shop.url}/health")).exit_code


if __name__ == "__main__":
    sys.exit(main())
