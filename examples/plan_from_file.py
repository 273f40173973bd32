"""Running a plan file, and looking at its figures by request."""

import asyncio
import os
from pathlib import Path

from adapters.performance import PerformanceClient, Plan
from adapters.performance.testing import DemoServer


async def main() -> None:
    plan = Plan.from_file(Path(__file__).with_name("shop.yaml"))
    result = await PerformanceClient().load_test(plan=plan)
    for name, figures in result.requests.items():
        print(f"{name:<12} {figures.requests:>5} requests  p95 {figures.latency_ms.p95:.1f} ms")
    print("passed" if result.success else f"failed: {result.reason}")


with DemoServer() as shop:
    os.environ["SHOP_URL"] = shop.url
    asyncio.run(main())
