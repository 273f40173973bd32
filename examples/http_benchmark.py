"""How long one endpoint takes, through your own HTTP client and on polyload's engine."""

import asyncio

from adapters.http import HTTPXClient
from adapters.performance import PerformanceClient
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    async with PerformanceClient(http_client=HTTPXClient(base_url=url)) as client:
        result = await client.benchmark("/products/7", requests=300, concurrency=5)
    print(f"Average response time: {result.avg_time:.2f} ms")
    print(f"Throughput: {result.throughput:.0f} req/s")
    print(
        f"First byte {result.first_byte_ms.mean:.2f} ms, from there to the last {result.last_byte_ms.mean:.3f} ms"
    )

    found = await PerformanceClient().benchmark(f"{url}/products/99", requests=20, rows=True)
    print(f"{found.failures} of {found.requests} failed: {found.errors[0].message}; no average of successes:")
    print(found.avg_time, found.rows[0])


with DemoServer() as shop:
    asyncio.run(main(shop.url))
