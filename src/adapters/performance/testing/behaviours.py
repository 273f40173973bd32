"""Honest answers: content, timing, redirects and cookies. Each is a path of the recording server."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterator

from .messages import Reply
from .routing import Call, path

DOCUMENT = {
    "id": 42,
    "name": "polyload",
    "active": True,
    "ratio": 0.25,
    "nothing": None,
    "tags": ["load", "test", "ünïcode"],
    "owner": {"name": "Ada", "address": {"city": "London", "zip": "N1"}},
    "items": [{"id": n, "title": f"item {n}", "price": n * 1.5} for n in range(1, 6)],
}
_CHUNK = 8192
_PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


def _fill(size: int) -> bytes:
    if size < 0:
        raise ValueError("a size cannot be negative")
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


@path("/echo")
def echo(call: Call) -> Reply:
    """JSON of what was received: method, target, headers (list of pairs), body_base64."""
    request = call.request
    body = base64.b64encode(request.body).decode()
    seen = {"method": request.method, "target": request.target, "headers": request.headers}
    return Reply.json({**seen, "body_base64": body})


@path("/json")
def json_document(call: Call) -> Reply:
    """A fixed JSON document with nested objects and arrays."""
    return Reply.json(DOCUMENT)


@path("/gzip")
def gzipped(call: Call) -> Reply:
    """The same JSON document, gzip-encoded."""
    packed = gzip.compress(json.dumps(DOCUMENT).encode(), mtime=0)
    return Reply(200, (("Content-Type", "application/json"), ("Content-Encoding", "gzip")), packed)


@path("/packed/CODINGS")
def packed(call: Call) -> Reply:
    """The same JSON document, encoded by each of those in turn: gzip, deflate, or both as gzip,deflate."""
    codings = call.args[0].split(",")
    body = json.dumps(DOCUMENT).encode()
    for coding in codings:
        if coding not in _PACK:
            raise ValueError(f"no coding {coding!r}: use gzip or deflate")
        body = _PACK[coding](body)
    headers = (("Content-Type", "application/json"), ("Content-Encoding", ", ".join(codings)))
    return Reply(200, headers, body)


@path("/bytes/N")
def bytes_(call: Call) -> Reply:
    """N bytes with a Content-Length."""
    return Reply(body=_fill(int(call.args[0])))


@path("/chunked/N")
def chunked(call: Call) -> Reply:
    """N bytes in chunked transfer encoding (HTTP/1.0 clients: until close)."""
    body = _fill(int(call.args[0]))

    def chunks() -> Iterator[bytes]:
        yield from (body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK))

    return Reply(chunks=chunks())


@path("/until-close/N")
def until_close(call: Call) -> Reply:
    """N bytes without a length, ended by closing the connection."""
    return Reply(body=_fill(int(call.args[0])), until_close=True)


@path("/status/CODE")
def status(call: Call) -> Reply:
    """That status, 200 to 599; 204 and 304 have no body."""
    code = int(call.args[0])
    if not 200 <= code < 600:
        raise ValueError(f"{code} is not a status of a final answer (200 to 599)")
    return Reply.text(f"status {code}", code)


@path("/alternate/CODE1,CODE2")
def alternate(call: Call) -> Reply:
    """Those statuses in turn, over all requests on that path."""
    codes = [int(code) for code in call.args[0].split(",")]
    code = codes[(call.memory.hit(call.request.path) - 1) % len(codes)]
    return Reply.text(f"status {code}", code)


@path("/early-hints")
def early_hints(call: Call) -> Reply:
    """103 Early Hints, then 200."""
    return Reply(body=b"ok", interim=b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")


@path("/headers")
def headers(call: Call) -> Reply:
    """Answers with the headers named in the query: /headers?X-A=1&X-B=2."""
    if any("\r" in text or "\n" in text for pair in call.params for text in pair):
        raise ValueError("a header cannot hold a line break")
    return Reply(headers=call.params, body=b"ok")


@path("/delay/MS")
def delay(call: Call) -> Reply:
    """200 after MS milliseconds."""
    return Reply(body=b"ok", delay_s=float(call.args[0]) / 1000)


@path("/slow-first/MS")
def slow_first(call: Call) -> Reply:
    """Nothing for MS milliseconds, then 1000 bytes at once."""
    return Reply(body=_fill(1000), delay_s=float(call.args[0]) / 1000)


@path("/slow-body/MS")
def slow_body(call: Call) -> Reply:
    """The head at once, then 1000 bytes in ten pieces over MS milliseconds."""
    return Reply(body=_fill(1000), body_over_s=float(call.args[0]) / 1000)


@path("/close")
def close(call: Call) -> Reply:
    """200 with Connection: close."""
    return Reply(body=b"ok", then="close")


def _redirect(location: str, code: int = 302) -> Reply:
    return Reply.text("elsewhere", code, [("Location", location)])


@path("/redirect/N")
def redirect(call: Call) -> Reply:
    """302 to /redirect/N-1 and so on, N hops in all, to /redirected."""
    hops = int(call.args[0])
    return _redirect(f"/redirect/{hops - 1}" if hops > 1 else "/redirected")


@path("/redirected")
def redirected(call: Call) -> Reply:
    """200, where redirects end."""
    return Reply.text("redirected")


@path("/redirect-loop")
def redirect_loop(call: Call) -> Reply:
    """302 to itself."""
    return _redirect("/redirect-loop")


@path("/redirect-to?url=URL&status=CODE")
def redirect_to(call: Call) -> Reply:
    """A redirect to that URL with that status (302)."""
    return _redirect(call.param("url", "/redirected"), int(call.param("status", "302")))


@path("/cookie/set?NAME=VALUE")
def cookie_set(call: Call) -> Reply:
    """A Set-Cookie for each name in the query, Path=/."""
    cookies = [("Set-Cookie", f"{name}={value}; Path=/") for name, value in call.params]
    return Reply.json(dict(call.params), headers=cookies)


@path("/cookie/show")
def cookie_show(call: Call) -> Reply:
    """JSON of the cookies received."""
    return Reply.json(call.request.cookies)


@path("/cookie/need/NAME")
def cookie_need(call: Call) -> Reply:
    """200 when that cookie was sent, else 401."""
    name = call.args[0]
    return Reply.text("ok") if name in call.request.cookies else Reply.text(f"no cookie {name}", 401)
