"""An ordinary locustfile, run as it is by examples/own_locustfile.py."""

from locust import FastHttpUser, between, task


class Shopper(FastHttpUser):
    """Browses the shop."""

    wait_time = between(0.01, 0.05)

    @task(3)
    def products(self) -> None:
        self.client.get("/products", name="products")

    @task
    def product(self) -> None:
        self.client.get("/products/7", name="product")
