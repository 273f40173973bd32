"""HTTP/2 goes through httpx, chosen by itself, against a real HTTP/2 server."""

import asyncio
import ssl
import sys
from pathlib import Path

import pytest
import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from adapters.performance import NativeAdapter, Plan
from adapters.performance.engines.running import run_plan


async def app(scope, receive, send):
    """Answers with the version of HTTP that the request came in."""
    if scope["type"] != "http":
        return
    body = scope["http_version"].encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def server(tmp_path: Path):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(tmp_path / "cert.pem", append=True)
    config = Config()
    config.bind = ["localhost:0"]
    config.certfile, config.keyfile = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    config.alpn_protocols = ["h2", "http/1.1"]
    config.accesslog = config.errorlog = None
    sockets = config.create_sockets()
    config.create_sockets = lambda: sockets  # type: ignore[method-assign]
    port = sockets.secure_sockets[0].getsockname()[1]
    stop = asyncio.Event()
    serving = asyncio.ensure_future(serve(app, config, shutdown_trigger=stop.wait))
    yield f"https://localhost:{port}/", str(tmp_path / "ca.pem")
    stop.set()
    await serving


@pytest.mark.skipif(sys.platform == "win32", reason="hypercorn's sockets differ there")
@pytest.mark.parametrize("version", ["2", "1.1"])
async def test_the_plan_decides_the_version_of_http(server, version):
    url, ca_file = server
    assert ssl.HAS_ALPN
    plan = Plan.from_dict(
        {
            "scenarios": [{"steps": [{"url": url, "checks": [{"body": {"equals": version}}]}]}],
            "load": {"iterations": 6, "users": 2},
            "options": {"http_version": version, "tls": {"ca_file": ca_file}},
        }
    )
    result = await run_plan(NativeAdapter(), plan)
    assert result.success, result.reason
    assert result.checks[0].passed == 6
    note, latency = result.engine.note or "", result.engine.semantics.latency
    assert ("httpx" in note) == ("httpx" in latency) == (version == "2")
    assert version == "1.1" or note == "sent by httpx, because the plan asks for HTTP/2"
