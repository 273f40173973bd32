"""Several load tests at once, with one verdict on all of them."""

from adapters.performance import SyncPerformanceClient
from adapters.performance.testing import DemoServer

with DemoServer() as shop, SyncPerformanceClient("native") as client:
    suite = client.run_suite(
        {
            "browse": {"target_url": f"{shop.url}/products", "users": 5, "duration": 1},
            "health": {"target_url": f"{shop.url}/health", "rate": 20, "duration": 1},
        },
        mode="parallel",
    )
    for entry in suite.entries:
        print(entry.name, "passed" if entry.passed else f"failed: {entry.error or entry.result.reason}")
    print("overall passed:", suite["overall_passed"])
