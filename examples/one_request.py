"""One request outside of any load, with its timing: to look at a service before it is loaded."""

import asyncio

from adapters.http import timing_of
from adapters.performance import PerformanceClient, RequestFailed
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    async with PerformanceClient() as client:
        response = await client.request("POST", f"{url}/login", json={"username": "ann", "password": "demo"})
        timing = timing_of(response)
        print(
            f"{response.status_code} after {timing.total_s:.4f} s, first byte after {timing.first_byte_s:.4f} s"
        )
        token = response.json()["token"]
        response = await client.request("GET", f"{url}/cart", auth={"bearer": token}, timeout="5s")
        print(f"the cart: {response.json()}")
        try:
            await client.request("GET", "http://127.0.0.1:1/")
        except RequestFailed as failed:
            print(f"{failed.kind}: {failed.message}")


with DemoServer() as shop:
    asyncio.run(main(shop.url))
