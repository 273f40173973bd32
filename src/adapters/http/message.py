"""A request of httpx as bytes for the wire."""

from __future__ import annotations

import re

import httpx

_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110, section 5.6.2
_TARGET = re.compile(rb"[^\x00-\x20\x7f]+")
_NOT_HERE = ("sni_hostname", "trace")


async def render(request: httpx.Request) -> bytes:
    """The head, its headers in their order and case, and the body, which is read to its end before anything is sent.

    A body announced as chunked goes out as one chunk; one that nothing announces is given a Content-Length.
    httpx.LocalProtocolError if it would not be one well-formed request; httpx.UnsupportedProtocol for an extension
    that this transport cannot carry out.
    """
    for name in _NOT_HERE:
        if name in request.extensions:
            raise httpx.UnsupportedProtocol(
                f"{name} is not for WireTransport: give the client transport=httpx.AsyncHTTPTransport()"
            )
    body = await request.aread()
    headers = request.headers.raw
    framed = _framed(headers, body)
    if "host" not in request.headers:
        headers = [(b"Host", request.url.netloc), *headers]
    if body and framed is None:
        headers = [*headers, (b"Content-Length", b"%d" % len(body))]
    return _head(request, headers) + (body if framed is None else framed)


def _framed(headers: list[tuple[bytes, bytes]], body: bytes) -> bytes | None:
    """The body as its headers announce it, or None if they do not."""
    framed = None
    for name, value in headers:
        lower = name.lower()
        if lower == b"content-length":
            if value != b"%d" % len(body):
                raise httpx.LocalProtocolError(f"Content-Length is {value!r}, the body {len(body)} bytes")
            framed = body
        elif lower == b"transfer-encoding":
            if value.lower() != b"chunked":
                raise httpx.LocalProtocolError(f"cannot send Transfer-Encoding {value!r}, only chunked")
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            return chunk + b"0\r\n\r\n"
    return framed


def _head(request: httpx.Request, headers: list[tuple[bytes, bytes]]) -> bytes:
    target = request.extensions.get("target", request.url.raw_path)
    if not _METHOD.fullmatch(request.method) or not _TARGET.fullmatch(target):
        raise httpx.LocalProtocolError(f"not a request line: {request.method!r} {target!r}")
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), target)]
    lines += [b"%b: %b" % header for header in headers]
    text = b"\r\n".join(lines)
    breaks = len(lines) - 1
    if text.count(b"\n") != breaks or text.count(b"\r") != breaks or b"\0" in text:
        raise httpx.LocalProtocolError("a header cannot hold a line break or a NUL")
    return text + b"\r\n\r\n"
