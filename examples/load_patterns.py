"""Shapes of load as plain data: ramps, spikes, steps and your own, for users or for arrival rates."""

import asyncio

from adapters.performance import PerformanceClient
from adapters.performance.patterns import parse_pattern, ramp_up, spike_test, stages
from adapters.performance.testing import DemoServer

SHAPES = {
    "ramp": ramp_up(1, 10, 2),
    "spike": spike_test(20, 200, 1, 1, of="rate"),
    "my own": stages((5, 0), (5, 1), (1, 1)),
    "as on the command line": parse_pattern("stress:6:3:1s"),
}


async def main(url: str) -> None:
    for name, load in SHAPES.items():
        result = await PerformanceClient().load_test(url, load=load)
        print(f"{name}: {load}")
        print("  requests each second:", [point.requests for point in result.timeline])


with DemoServer() as shop:
    asyncio.run(main(f"{shop.url}/health"))
