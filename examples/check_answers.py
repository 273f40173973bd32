"""Values taken from answers, and checks: for a single answer, and for every answer of a load."""

import asyncio

import httpx

from adapters.performance import PerformanceClient, json_path, response_time_under, run_assertions, status_is
from adapters.performance.plan import JsonExtract, Plan, Request
from adapters.performance.testing import DemoServer

CHECKS = (
    status_is(200),
    json_path("price", exists=True, message="It has a price"),
    response_time_under(2000),
)


def judge_one(url: str) -> None:
    success, failures = run_assertions(httpx.get(f"{url}/products/7"), [*CHECKS, json_path("id", 8)])
    print(success, failures)


async def judge_all(url: str) -> None:
    cheap = JsonExtract(json="$..[?@.price < 60].id", index="random", default=7)
    search = Request(url="/products?q=lamp", extract={"cheap": cheap})
    product = Request(name="product", url="/products/${cheap}", checks=CHECKS)
    scenarios = [{"steps": [search, product]}]
    plan = Plan(target=url, scenarios=scenarios, load={"iterations": 20, "users": 2})
    result = await PerformanceClient().load_test(plan=plan)
    for check in result.checks:
        print(f"{check.name}: {check.passed} passed, {check.failed} failed")


with DemoServer() as shop:
    judge_one(shop.url)
    asyncio.run(judge_all(shop.url))
