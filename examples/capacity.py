"""How many requests per second does a server take before p99 passes 50 ms? This one takes 100, by construction."""

import asyncio

from adapters.performance import find_capacity
from adapters.performance.testing.queueing import QueueServer


async def main() -> None:
    with QueueServer(slots=2, service_s=0.02) as server:
        result = await find_capacity(
            server.url,
            "p99 < 50ms",
            start_rate=40,
            probe="2s",
            warm_up=0,
            budget="25s",  # for a demonstration; the default is ten minutes, with probes of 10 s
            on_probe=lambda probe: print(
                f"{probe.rate:6.1f}/s  {'held' if probe.sustained else probe.reason}"
            ),
        )
    print(f"\n{result.conclusion}: {result.sentence}")


asyncio.run(main())
