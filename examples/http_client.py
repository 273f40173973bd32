"""HTTPXClient: an httpx client with retries, authentication and the time of each phase."""

import asyncio

from adapters.http import HTTPXClient, timing_of
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    async with HTTPXClient(base_url=url, retries=2) as client:
        response = await client.get("/products/7")
        timing = timing_of(response)
        print(response.status_code, f"first byte after {timing.first_byte_s * 1000:.1f} ms")


with DemoServer() as shop:
    asyncio.run(main(shop.url))
