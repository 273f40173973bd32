"""Does it matter? Two configurations, run in turn, five times each, and a verdict on every figure."""

import asyncio

from adapters.performance import PerformanceClient
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    load = {"target_url": f"{url}/products", "iterations": 250, "users": 5}
    async with PerformanceClient("native") as client:
        comparison = await client.run_comparison(
            {
                "kept connections": load,
                "new connections": {**load, "options": {"keep_alive": False}},
            },
            gates=["p50 < +20%", "error_rate <= +0.5pp"],
            on_run=lambda done: print(f"run {done.number} of {done.total}: {done.configuration}"),
        )
    for metric in comparison.pairs[0].metrics:
        print(f"{metric.metric:10}  {metric.verdict or metric.reason}")
    for gate in comparison.gates:
        print(f"{gate.gate}: {gate.passed}")
    print(comparison.pairs[0].sentence)


with DemoServer() as shop:
    asyncio.run(main(shop.url))
