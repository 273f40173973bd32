"""The demo shop, as a user meets it: a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import psutil
import pytest

from adapters.performance.errors import PolyloadError
from adapters.performance.testing import DemoServer

MODULE = "adapters.performance.testing.demo"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer() as server:
        yield server


@pytest.fixture
def client(demo: DemoServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.url, trust_env=False) as client:
        yield client


def until(reached: Callable[[], bool], timeout_s: float = 5.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def login(client: httpx.Client) -> dict[str, str]:
    token = client.post("/login", json={"username": "ada", "password": "secret"}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


def test_the_home_page_is_html(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    assert "demo shop" in answer.text


def test_health(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_products_are_listed_and_searched(client: httpx.Client) -> None:
    every = client.get("/products").json()
    lamps = client.get("/products", params={"q": "LAMP"}).json()
    assert every["total"] == len(every["products"]) == 40
    assert 0 < lamps["total"] < 40
    assert all("lamp" in product["name"] for product in lamps["products"])


@pytest.mark.parametrize(("number", "status"), [("1", 200), ("40", 200), ("41", 404), ("x", 404)])
def test_one_product(client: httpx.Client, number: str, status: int) -> None:
    assert client.get(f"/products/{number}").status_code == status


def test_a_customer_logs_in_fills_a_cart_and_orders(client: httpx.Client) -> None:
    token = login(client)
    assert client.get("/cart", headers=token).json() == {"items": []}
    added = client.post("/cart", headers=token, json={"product_id": 3, "quantity": 2})
    assert (added.status_code, added.json()["items"]) == (201, [{"product_id": 3, "quantity": 2}])
    order = client.post("/orders", headers=token)
    assert (order.status_code, order.json()["items"]) == (201, [{"product_id": 3, "quantity": 2}])
    assert client.post("/orders", headers=token).status_code == 409


def test_carts_are_apart(client: httpx.Client) -> None:
    mine, yours = login(client), login(client)
    client.post("/cart", headers=mine, json={"product_id": 1})
    assert client.get("/cart", headers=yours).json() == {"items": []}


@pytest.mark.parametrize(("method", "path"), [("GET", "/cart"), ("POST", "/cart"), ("POST", "/orders")])
def test_a_token_is_needed(client: httpx.Client, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"), [(b"no json", 422), (b"[]", 422), (b'{"product_id": 99}', 404), (b"{}", 422)]
)
def test_bad_cart_bodies(client: httpx.Client, body: bytes, status: int) -> None:
    assert client.post("/cart", headers=login(client), content=body).status_code == status


def test_login_needs_both_names(client: httpx.Client) -> None:
    assert client.post("/login", json={"username": "ada"}).status_code == 401


def test_unknown_pages_and_methods(client: httpx.Client) -> None:
    assert client.get("/nothing").status_code == 404
    assert client.delete("/health").status_code == 405


def test_slow_takes_its_time(client: httpx.Client) -> None:
    started = time.monotonic()
    assert client.get("/slow").status_code == 200
    assert time.monotonic() - started >= 0.02


def test_stopping_ends_the_process() -> None:
    with DemoServer() as demo:
        pid = demo.pid
        assert pid is not None
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)
    with pytest.raises(httpx.ConnectError):
        httpx.get(demo.url, trust_env=False)


def test_a_port_that_is_taken_is_said_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PolyloadError, match="did not start") as caught:
            DemoServer(port=port).start()
    assert "address already in use" in (caught.value.hint or "")


def test_it_ends_with_the_process_that_started_it() -> None:
    script = f"from {MODULE} import DemoServer as D; d = D().start(); print(d.pid, flush=True); input()"
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_users_run_it_and_stop_it_with_a_signal(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, "--port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert httpx.get(process.stdout.readline().strip() + "/health", trust_env=False).status_code == 200
        os.kill(process.pid, number)
        assert process.wait(5) == 0
        assert process.stderr.read() == ""
