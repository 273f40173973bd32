"""Ready-made scenarios: a visitor of a website, and calls on the resources of a REST API."""

from adapters.performance import RestScenario, SyncPerformanceClient, WebsiteScenario
from adapters.performance.testing import DemoServer

with DemoServer() as shop, SyncPerformanceClient() as client:
    visitor = WebsiteScenario(shop.url, think_time=(0.02, 0.1))
    visitor.browse_page("/").browse_page("/products", think_time=0.2)
    visitor.search("lamp", path="/products").login("ann", "demo")
    result = client.load_test(plan=visitor.plan(users=10, duration="2s", thresholds=["error_rate < 1%"]))
    print(f"website: {result.summary.requests} requests, {'passed' if result.success else result.reason}")

    api = RestScenario(shop.url)
    api.get_resource("products", checks={"status": 200})
    api.get_resource("products", 7, checks={"json": "$.name"})
    # After api.create_resource("users", {…}), update_resource and delete_resource("users") are for what was created.
    result = client.load_test(plan=api.plan(iterations=100, users=5))
    print(f"API: {result.summary.requests} requests, {'passed' if result.success else result.reason}")
