"""Users that log in once, loop, choose and buy: logins are measured aside, and groups have times of their own."""

import asyncio
import os
from pathlib import Path

from adapters.performance import PerformanceClient, Plan
from adapters.performance.testing import DemoServer


async def main() -> None:
    plan = Plan.from_file(Path(__file__).with_name("flow.yaml"))
    result = await PerformanceClient().load_test(plan=plan)
    print(f"{result.summary.requests} requests in {result.summary.iterations} iterations")
    for name, group in result.groups.items():
        print(f"{name}: {group.count} times, p95 {group.duration_ms.p95:.1f} ms, {group.failures} failed")
    print("once:", ", ".join(f"{name} ({part.requests})" for name, part in result.aside.items()))
    print("passed" if result.success else f"failed: {result.reason}")


with DemoServer() as shop:
    os.environ["SHOP_URL"] = shop.url
    asyncio.run(main())
