"""Results that are kept: stored with a label, found again, compared, and each request read back."""

import asyncio

from adapters.performance import History, PerformanceClient, compare_results
from adapters.performance.testing import DemoServer


async def main(url: str) -> None:
    client = PerformanceClient()
    with History("load.db") as history:
        for number in (1, 2):
            result = await client.load_test(f"{url}/health", users=2, duration=1, samples="requests.npz")
            run = await asyncio.to_thread(
                history.store, result, label="health", tags=["example"], metadata={"build": number}
            )
            await asyncio.to_thread(history.store_requests, run, "requests.npz")
        newest, before = history.runs(label="health")
        for kept in (before, newest):
            print(
                f"{kept.id}  build {kept.metadata['build']}: {kept.requests} requests, p95 {kept.p95_ms:.2f} ms"
            )
        slowest = max(history.records(newest.id), key=lambda request: request.latency_ms or 0)
        print(f"slowest: {slowest.method} {slowest.url} took {slowest.latency_ms:.2f} ms")
        comparison = compare_results([history.load(before.id)], [history.load(newest.id)])
        print(comparison.pairs[0].sentence)


with DemoServer() as shop:
    asyncio.run(main(shop.url.rstrip("/")))
