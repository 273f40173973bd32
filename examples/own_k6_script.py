"""Your own k6 script, run by k6 as it is, with polyload's result."""

import asyncio
from pathlib import Path

from adapters.performance import K6Adapter
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    adapter = K6Adapter(script=Path(__file__).with_name("test.js"))
    if not await adapter.is_available():
        print(adapter.detect().install)
        return
    result = await adapter.run_load_test(target_url=url, users=5, duration=2)
    print({name: figures.requests for name, figures in result.requests.items()})
    print({check.name: check.passed for check in result.checks})


with DemoServer() as shop:
    asyncio.run(main(shop.url))
