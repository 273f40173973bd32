"""Does a server take 60 requests per second with p99 under 50 ms? Without ``max_rate`` its limit would be searched."""

import asyncio

from adapters.performance import find_capacity
from adapters.performance.testing.queueing import QueueServer


async def main() -> None:
    with QueueServer(slots=2, service_s=0.02) as server:  # serves 100/s, by construction
        result = await find_capacity(
            server.url,
            "p99 < 50ms",
            start_rate=30,
            max_rate=60,
            probe="2s",  # for a demonstration; the default is 10 s after 2 s of warm-up
            warm_up=0,
            on_probe=lambda probe: print(
                f"{probe.rate:.0f}/s: {'held' if probe.sustained else probe.reason}"
            ),
        )
    print(result.sentence)


asyncio.run(main())
