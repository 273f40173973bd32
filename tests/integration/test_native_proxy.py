"""Proxies: http requests by their whole URL, https through a tunnel, both through httpx, and the result says so."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.running import run_plan
from adapters.performance.testing import RecordingServer

ALLOWED = "Basic " + base64.b64encode(b"ada:s3cret").decode()


@dataclass
class Proxy:
    """A proxy that lets those through who show the right credentials; ``asked`` are the request lines it saw."""

    asked: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, credentials: str = "ada:s3cret@") -> str:
        return f"http://{credentials}127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *fields = head.rstrip().split("\r\n")
            self.asked.append(line)
            if f"Proxy-Authorization: {ALLOWED}" not in fields:
                refusal = (
                    b"407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                writer.write(b"HTTP/1.1 " + refusal)
                return
            method, target, _ = line.split(" ")
            await self._pass_on(
                method, target.removeprefix("http://").partition("/")[0], head, reader, writer
            )
        finally:
            writer.close()

    async def _pass_on(
        self, method: str, where: str, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        host, _, port = where.partition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far_writer.write(head.encode())
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    yield proxy
    server.close()


async def test_http_requests_go_to_the_proxy_by_their_whole_url(server, proxy):
    plan = Plan.for_url(
        server.url + "/x?y=1", load={"iterations": 3}, options={"proxy": proxy.url(), "keep_alive": False}
    )
    result = await run_plan(NativeAdapter(), plan)
    assert (result.summary.failures, server.log.count()) == (0, 3)
    assert proxy.asked == [f"GET {server.url}/x?y=1 HTTP/1.1"] * 3


async def test_https_requests_go_through_a_tunnel(proxy):
    with RecordingServer(tls=True) as server:
        options = {"proxy": proxy.url(), "tls": {"ca_file": str(server.ca_file)}}
        result = await run_plan(
            NativeAdapter(), Plan.for_url(server.url + "/", load={"iterations": 3}, options=options)
        )
        assert (result.summary.failures, server.log.count()) == (0, 3)
        assert proxy.asked == [f"CONNECT localhost:{server.port} HTTP/1.1"]


async def test_the_result_says_that_httpx_sent_and_hides_the_credentials(server, proxy):
    plan = Plan.for_url(server.url + "/", load={"iterations": 1}, options={"proxy": proxy.url()})
    result = await run_plan(NativeAdapter(), plan)
    assert result.engine.note == "sent by httpx, because the plan asks for a proxy"
    assert "handed to httpx" in result.engine.semantics.latency
    assert "s3cret" not in result.to_json()
    assert result.plan["options"]["proxy"].startswith("http://ada:***")


async def test_wrong_credentials_are_a_failure_of_every_request(server, proxy):
    plan = Plan.for_url(server.url + "/", load={"iterations": 2}, options={"proxy": proxy.url("eve:x@")})
    result = await run_plan(NativeAdapter(), plan)
    assert (result.summary.status_codes, result.summary.failures, server.log.count()) == ({"407": 2}, 2, 0)


async def test_a_tunnel_that_is_refused_is_a_failure_to_connect(proxy):
    with RecordingServer(tls=True) as server:
        options = {"proxy": proxy.url("eve:x@"), "tls": {"verify": False}}
        result = await run_plan(
            NativeAdapter(), Plan.for_url(server.url + "/", load={"iterations": 2}, options=options)
        )
        assert [(error.kind, error.count) for error in result.summary.errors] == [("connect", 2)]
        assert "the proxy does not connect: 407" in result.summary.errors[0].message
        assert server.log.connections == 0


async def test_a_proxy_that_is_not_there_is_named(server):
    gone = server.refused_url.removesuffix("/").removeprefix("http://")
    options = {"proxy": f"http://ada:s3cret@{gone}"}
    result = await run_plan(
        NativeAdapter(), Plan.for_url(server.url + "/", load={"iterations": 2}, options=options)
    )
    assert [(error.kind, error.message) for error in result.summary.errors] == [
        ("refused", f"{gone}: connection refused")
    ]


async def test_the_credentials_may_come_from_the_environment(server, proxy, monkeypatch):
    monkeypatch.setenv("PROXY_PASSWORD", "s3cret")
    options = {"proxy": proxy.url("ada:${env.PROXY_PASSWORD}@")}
    result = await run_plan(
        NativeAdapter(), Plan.for_url(server.url + "/", load={"iterations": 1}, options=options)
    )
    assert result.success, result.reason
    assert "s3cret" not in result.to_json()
