"""Users from a CSV file, each of whom logs in once, and products that a program makes up: two data feeds."""

import asyncio
from pathlib import Path

from adapters.performance import PerformanceClient, Plan
from adapters.performance.plan import Feed
from adapters.performance.testing import DemoServer

USERS = Path(__file__).with_name("users.csv")


async def main(url: str) -> None:
    plan = Plan.from_dict(
        {
            "target": url,
            "load": {"users": 2, "duration": 10},  # it ends sooner: there are four users
            "data": {
                "users": {"file": USERS, "strategy": "unique", "on_end": "stop"},
                "products": Feed.from_rows(
                    ({"id": number, "quantity": 1 + number % 3} for number in range(1, 41)),
                    strategy="shuffled",
                ),
            },
            "scenarios": [
                {
                    "steps": [
                        {
                            "name": "login",
                            "method": "POST",
                            "url": "/login",
                            "json": {"username": "${users.username}", "password": "${users.password}"},
                            "checks": [{"json": "$.user.name", "exists": True}],
                            "extract": {"token": {"json": "$.token"}},
                        },
                        {"name": "search", "url": "/products", "params": {"q": "${users.search}"}},
                        {
                            "name": "add to cart",
                            "method": "POST",
                            "url": "/cart",
                            "auth": {"bearer": "${token}"},
                            "json": {"product_id": "${products.id}", "quantity": "${products.quantity}"},
                            "checks": [{"status": 201}],
                        },
                    ]
                }
            ],
        }
    )
    result = await PerformanceClient().load_test(plan=plan)
    for name, figures in result.requests.items():
        print(f"{name:<12} {figures.requests} requests, {figures.failures} failures")
    for warning in result.warnings:
        print(warning.message)
    print("passed" if result.success else f"failed: {result.reason}")


with DemoServer() as shop:
    asyncio.run(main(shop.url))
