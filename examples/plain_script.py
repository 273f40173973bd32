"""A plain script without async: the blocking client."""

from adapters.performance import SyncPerformanceClient
from adapters.performance.testing import DemoServer

with DemoServer() as shop, SyncPerformanceClient() as client:
    result = client.load_test(f"{shop.url}/products", users=5, duration="1s")
    print(f"{result.summary.throughput_rps:.0f} requests/s, p99 {result.summary.latency_ms.p99:.1f} ms")
