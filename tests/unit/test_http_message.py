"""How a request of httpx becomes bytes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from adapters.http.message import render


def rendered(method: str = "GET", url: str = "http://host/path", **options: Any) -> bytes:
    return asyncio.run(render(httpx.Request(method, url, **options)))


async def parts() -> AsyncIterator[bytes]:
    yield b"one "
    yield b"two"


def test_headers_keep_their_order_and_case() -> None:
    headers = [("X-Second", "2"), ("x-FIRST", "1"), ("X-Second", "3")]
    assert rendered(headers=headers) == (
        b"GET /path HTTP/1.1\r\nHost: host\r\nX-Second: 2\r\nx-FIRST: 1\r\nX-Second: 3\r\n\r\n"
    )


def test_the_query_is_sent_and_the_fragment_is_not() -> None:
    assert rendered(url="http://host/a b?q=1&r#part").startswith(b"GET /a%20b?q=1&r HTTP/1.1\r\n")


def test_a_port_that_is_not_the_scheme_s_own_is_in_the_host() -> None:
    assert b"\r\nHost: [::1]:8080\r\n" in rendered(url="http://[::1]:8080/")


def test_a_body_is_announced_by_its_length() -> None:
    assert rendered("POST", content=b"four").endswith(b"\r\nContent-Length: 4\r\n\r\nfour")


def test_a_post_without_a_body_says_so_and_a_get_does_not() -> None:
    assert b"Content-Length: 0\r\n" in rendered("POST")
    assert b"Content-Length" not in rendered("GET")


def test_a_streamed_body_goes_out_as_one_chunk() -> None:
    text = rendered("POST", content=parts())
    assert text.endswith(b"\r\nTransfer-Encoding: chunked\r\n\r\n7\r\none two\r\n0\r\n\r\n")
    assert b"Content-Length" not in text


def test_an_empty_streamed_body_is_only_the_last_chunk() -> None:
    async def nothing() -> AsyncIterator[bytes]:
        return
        yield b""

    assert rendered("POST", content=nothing()).endswith(b"\r\n\r\n0\r\n\r\n")


def test_a_request_built_from_a_bare_stream_is_given_host_and_length() -> None:
    text = rendered("POST", stream=httpx.ByteStream(b"body"))
    assert text == b"POST /path HTTP/1.1\r\nHost: host\r\nContent-Length: 4\r\n\r\nbody"


def test_the_target_extension_replaces_the_path() -> None:
    assert rendered("OPTIONS", extensions={"target": b"*"}).startswith(b"OPTIONS * HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"X-A": "1\r\nX-Evil: 1"}},
        {"headers": {"X-A": "1\n2"}},
        {"headers": {"X-A\r\nX-B": "1"}},
        {"headers": {"X-A": "\0"}},
        {"method": "GET / HTTP/1.1\r\nX:"},
        {"method": ""},
        {"extensions": {"target": b"/ HTTP/1.1\r\nX: y"}},
        {"method": "POST", "content": b"four", "headers": {"Content-Length": "3"}},
        {"method": "POST", "content": b"four", "headers": {"Transfer-Encoding": "gzip, chunked"}},
    ],
)
def test_what_would_not_be_one_well_formed_request_is_not_sent(options: dict[str, Any]) -> None:
    with pytest.raises(httpx.LocalProtocolError):
        rendered(**options)


def test_an_extension_that_would_be_ignored_is_refused() -> None:
    with pytest.raises(httpx.UnsupportedProtocol, match="sni_hostname is not for WireTransport"):
        rendered(extensions={"sni_hostname": "other"})
