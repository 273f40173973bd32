"""How many users a target takes: raised step by step until one step fails twice."""

import asyncio

from adapters.performance import PerformanceClient, StressResult
from adapters.performance.testing import DemoServer


async def main(url: str) -> StressResult:
    async with PerformanceClient() as client:
        return await client.stress_test(
            target_url=url,
            start_users=5,
            max_users=15,
            step_users=5,
            step_duration=2,  # seconds, of which the first is settling
            thresholds=["p95 < 2s", "error_rate < 1%"],  # what each step must hold
            on_step=lambda step: print(f"{step.users} users: {step.throughput_rps:.0f}/s, {step.verdict}"),
        )


with DemoServer() as shop:
    results = asyncio.run(main(f"{shop.url}/products"))
print(f"Max users reached: {results['max_users_reached']}")
print(f"Breaking point: {results['break_point']}")
print(results.reason)
