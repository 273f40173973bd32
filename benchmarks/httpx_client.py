"""One client, more and more requests at once: plain httpx.AsyncClient beside HTTPXClient.

Run it with ``python benchmarks/httpx_client.py``; it starts the demo shop as a process of its own and takes about
fifteen seconds on two cores. The two clients take turns within each round, so that both meet the same machine, and the
best of the rounds counts. ``--url`` measures against a server of yours.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from contextlib import nullcontext
from time import perf_counter

import httpx
import uvloop

from adapters.http import HTTPXClient
from adapters.performance.testing import DemoServer

CONCURRENCY = (1, 10, 50, 100)
Client = httpx.AsyncClient | HTTPXClient
Rates = dict[tuple[str, int], float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="measure GETs of this URL instead of the demo shop's /health")
    parser.add_argument("--seconds", type=float, default=0.6, help="of each measurement (default: 0.6)")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    options = parser.parse_args()
    factory = uvloop.new_event_loop if options.loop == "uvloop" else asyncio.new_event_loop
    with (
        nullcontext() if options.url else DemoServer() as shop,
        asyncio.Runner(loop_factory=factory) as runner,
    ):
        url = options.url or f"{shop.url}/health"
        show(runner.run(measure(url, options.seconds, options.rounds)))


def show(rates: Rates) -> None:
    print(
        f"{'at once':>8}{'httpx req/s':>14}{'HTTPXClient req/s':>20}{'ratio':>8}{'HTTPXClient to its own at 1':>30}"
    )
    for users in CONCURRENCY:
        before, after = rates["httpx", users], rates["HTTPXClient", users]
        own = after / rates["HTTPXClient", 1]
        print(f"{users:>8}{before:>14,.0f}{after:>20,.0f}{after / before:>7.1f}×{own:>29.2f}×")


async def measure(url: str, seconds: float, rounds: int) -> Rates:
    """The best rate of each client at each concurrency, in requests per second."""
    rates: Rates = defaultdict(float)
    for _ in range(rounds):
        for users in CONCURRENCY:
            async with httpx.AsyncClient(timeout=30, trust_env=False) as plain:
                rate = await rate_of(plain, url, users, seconds)
                rates["httpx", users] = max(rates["httpx", users], rate)
            async with HTTPXClient(trust_env=False) as ours:
                rate = await rate_of(ours, url, users, seconds)
                rates["HTTPXClient", users] = max(rates["HTTPXClient", users], rate)
    return rates


async def rate_of(client: Client, url: str, users: int, seconds: float) -> float:
    """Requests answered per second by so many loops at once, once each has had its first answer."""
    await asyncio.gather(*(client.get(url) for _ in range(users)))
    started = perf_counter()
    counts = await asyncio.gather(*(until(client, url, started + seconds) for _ in range(users)))
    return sum(counts) / (perf_counter() - started)


async def until(client: Client, url: str, end: float) -> int:
    count = 0
    while perf_counter() < end:
        response = await client.get(url)
        assert response.status_code == 200
        count += 1
    return count


if __name__ == "__main__":
    main()
