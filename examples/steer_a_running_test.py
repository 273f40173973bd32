"""A running test in your hands: follow it second by second, pause it, change its rate, and stop it."""

import asyncio

from adapters.performance import PerformanceClient
from adapters.performance.metrics import Window
from adapters.performance.testing import DemoServer


def line(window: Window) -> str:
    requests = sum(stats.requests for stats in window.requests.values())
    return f"second {window.start_s}: {requests} requests"


async def main(url: str) -> None:
    client = PerformanceClient("native")
    async with client.start(url, rate=50, duration=60) as run:
        async for window in run:
            print(line(window))
            if window.start_s == 0:
                await run.set_rate(200)
            elif window.start_s == 1:
                await run.pause()  # the load's own time stands still …
            elif window.start_s == 2:
                await run.resume()  # … and goes on from here
            elif window.start_s == 3:
                run.stop()  # the windows go on until the run has ended
        result = await run
    print(*result.changes, sep="\n")
    print(f"{result.stopped} after {result.duration_s:.1f} s, of which {result.paused_s:.1f} s paused")
    print(f"{result.summary.requests} requests, {result.summary.throughput_rps:.0f}/s while not paused")


with DemoServer() as shop:
    asyncio.run(main(f"{shop.url}/health"))
