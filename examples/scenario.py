"""A plan written in Python: `polyload run examples/scenario.py`; as a script it loads the demo shop."""

import os

from adapters.performance import Plan, SyncPerformanceClient
from adapters.performance.scenarios import PlanBuilder, Steps
from adapters.performance.testing import DemoServer


def plan() -> Plan:
    """What `polyload run`, `validate`, `stress` and the others take: ``plan``, or a function that makes it."""
    order = (
        Steps()
        .post(
            "/cart", name="add to cart", auth={"bearer": "${token}"}, json={"product_id": "${randint(1,40)}"}
        )
        .pause("50ms", "100ms")
        .post("/orders", name="order", auth={"bearer": "${token}"}, json={}, checks={"status": 201})
    )
    return (
        PlanBuilder(os.environ.get("SHOP_URL", "http://127.0.0.1:8000"), "shop")
        .scenario("browse", weight=3)
        .get("/products", name="products", checks=[{"status": 200}, {"json": "$.products[0].id"}])
        .pause("20ms", "80ms")
        .get("/products/${randint(1,40)}", name="product")
        .scenario("buy")
        .post(
            "/login",
            name="log in",
            form={"username": "user-${user}", "password": "demo"},
            extract={"token": {"json": "$.token"}},
        )
        .group("checkout", order)
        .users(5)
        .duration("2s")
        .threshold("p95 < 500ms", "order: p95 < 1s", "error_rate < 1%")
        .build()
    )


if __name__ == "__main__":
    with DemoServer() as shop:
        os.environ["SHOP_URL"] = shop.url
        result = SyncPerformanceClient().load_test(plan=plan())
    for name, figures in result.requests.items():
        print(f"{name:<12} {figures.requests:>5} requests  p95 {figures.latency_ms.p95:.1f} ms")
    print("passed" if result.success else f"failed: {result.reason}")
