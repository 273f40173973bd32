"""What an engine cannot carry out exactly it refuses, before anything is sent, and says which engines can."""

import asyncio

from adapters.performance import PerformanceClient, UnsupportedFeature


async def main() -> None:
    client = PerformanceClient(tool="ab")
    try:
        await client.load_test("http://127.0.0.1:9/", users=2, duration=10, ramp_up=5)
    except UnsupportedFeature as refusal:
        print(refusal)


asyncio.run(main())
