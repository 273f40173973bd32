"""Your own locustfile, run by Locust as it is, with polyload's result."""

import asyncio
from pathlib import Path

from adapters.performance import LocustAdapter
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    adapter = LocustAdapter(locustfile=Path(__file__).with_name("locustfile.py"))
    if not await adapter.is_available():
        print(adapter.detect().install)
        return
    result = await adapter.run_load_test(target_url=url, users=5, duration=2)
    print({name: figures.requests for name, figures in result.requests.items()})


with DemoServer() as shop:
    asyncio.run(main(shop.url))
