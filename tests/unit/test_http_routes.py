"""Which transport carries a client's requests, and what is known of those that are not our own."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from adapters.http import HTTPXClient, WireTransport, timing_of
from adapters.http.routes import Route, TimedTransport

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def route(**changes: Any) -> Route:
    defaults = {
        "transport": None,
        "app": None,
        "proxy": None,
        "verify": True,
        "cert": None,
        "http2": False,
        "max_connections": 10,
        "trust_env": True,
    }
    return Route(**{**defaults, **changes})


def test_plain_requests_travel_over_our_own_connections() -> None:
    assert isinstance(route().main(), WireTransport)
    assert route().mounts() == {}


def test_http2_and_a_proxy_travel_over_httpx() -> None:
    assert isinstance(route(http2=True).main(), TimedTransport)
    assert isinstance(route(proxy="http://proxy:3128").main(), TimedTransport)


def test_a_proxy_of_the_environment_is_used_but_for_the_hosts_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", "localhost")
    mounts = route().mounts()
    assert isinstance(mounts["http://"], TimedTransport)
    assert mounts["all://localhost"] is None
    assert route(trust_env=False).mounts() == {}


def test_http2_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h2", None)
    with pytest.raises(ImportError, match=r"polyload\[http2\]"):
        HTTPXClient(http2=True)


def test_a_transport_and_an_app_at_once_is_an_error() -> None:
    with pytest.raises(ValueError, match="either transport= or app="):
        HTTPXClient(transport=WireTransport(), app=answering(200))


def test_a_missing_ca_file_is_told_when_the_client_is_made() -> None:
    with pytest.raises(FileNotFoundError, match=r"verify='/nowhere\.pem'"):
        HTTPXClient(verify="/nowhere.pem")


def test_fewer_than_one_connection_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 or more, not 0"):
        HTTPXClient(max_connections=0)


Send = Callable[[dict[str, Any]], Awaitable[None]]


def answering(status: int, before: Callable[[], Awaitable[object]] | None = None) -> Callable[..., Any]:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if before is not None:
            await before()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    return app


async def test_an_app_is_called_in_this_process_without_a_base_url() -> None:
    async with HTTPXClient(app=answering(201)) as client:
        response = await client.get("/here")
    assert (response.status_code, response.text) == (201, "/here")
    timing = timing_of(response)
    assert 0 < timing.first_byte_s <= timing.total_s
    assert timing.connect_s is timing.reused is None


async def test_an_exception_in_an_app_is_a_500() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise KeyError("no")

    async with HTTPXClient(app=broken) as client:
        assert (await client.get("/")).status_code == 500


async def test_an_app_that_does_not_answer_is_a_read_timeout() -> None:
    never = asyncio.Event()
    async with HTTPXClient(app=answering(200, before=never.wait), timeout=0.02) as client:
        with pytest.raises(httpx.ReadTimeout, match=r"within 0\.02 s"):
            await client.get("/")


async def test_a_trace_of_the_user_s_is_called_beside_ours() -> None:
    events = []

    async def traced(request: httpx.Request) -> httpx.Response:
        await request.extensions["trace"]("connection.connect_tcp.started", {})
        await request.extensions["trace"]("connection.connect_tcp.complete", {})
        return httpx.Response(200)

    async def trace(event: str, info: Any) -> None:
        events.append(event)

    async with HTTPXClient("http://host", transport=httpx.MockTransport(traced)) as client:
        response = await client.get("/", extensions={"trace": trace})
    assert len(events) == 2
    assert timing_of(response).reused is False
    assert (timing_of(response).connect_s or 0) > 0


def test_a_response_from_elsewhere_has_no_timing() -> None:
    with pytest.raises(LookupError, match="did not come through an HTTPXClient"):
        timing_of(httpx.Response(200))
