"""Which headers of a recorded request say something, and which are the browser's or the connection's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .entries import Exchange, first

_OF_THE_CONNECTION = frozenset(
    [
        "host",
        "connection",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "te",
        "trailer",
        "upgrade",
        "content-length",
        "expect",
        "cookie",
        "cookie2",
        "http2-settings",
        "proxy-authorization",
    ]
)
_OF_THE_BROWSER = frozenset(
    [
        "dnt",
        "upgrade-insecure-requests",
        "cache-control",
        "pragma",
        "if-none-match",
        "if-modified-since",
        "priority",
        "purpose",
        "x-client-data",
        "save-data",
        "downlink",
        "ect",
        "rtt",
        "viewport-width",
        "width",
        "dpr",
        "device-memory",
        "viewport-height",
        "service-worker",
        "range",
        "if-range",
        "access-control-request-method",
        "access-control-request-headers",
    ]
)
_OF_A_TRACE = re.compile(
    r"traceparent|tracestate|baggage|sentry-trace|x-b3-.*|x-datadog-.*|newrelic|x-newrelic-.*"
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FOR_ALL = ("user-agent", "accept-language", "accept-encoding", "accept", "x-requested-with", "x-app-version")


def kept_headers(one: Exchange, *, with_type: bool) -> Iterator[tuple[str, str, str]]:
    """The name as it is to be written, the name in lower case, and the value of each header that stays, once."""
    seen: set[str] = set()
    for name, value in one.headers:
        if name not in seen and value not in ("", "*/*") and _stays(name, one, with_type):
            seen.add(name)
            yield _written(name), name, _simple(name, value)


def shared_headers(steps: list[dict[str, Any]]) -> dict[str, str]:
    """The headers that all of several steps send alike, taken out of them."""
    if len(steps) < 2:
        return {}
    counted = Counter(pair for step in steps for pair in step.get("headers", {}).items())
    shared = {
        name: value
        for (name, value), times in counted.items()
        if times == len(steps) and name.lower() in _FOR_ALL
    }
    for step in steps if shared else ():
        step["headers"] = {name: value for name, value in step["headers"].items() if name not in shared}
        if not step["headers"]:
            del step["headers"]
    return shared


def _stays(name: str, one: Exchange, with_type: bool) -> bool:
    """Of ``Origin`` and ``Referer`` the one by which servers tell a request that was meant from a forged one."""
    if name == "content-type":
        return with_type and bool(one.post)
    if name in ("origin", "referer"):
        tells = name == "origin" or not first(one.headers, "origin")
        return tells and one.method not in ("GET", "HEAD", "OPTIONS")
    noise = name in _OF_THE_CONNECTION or name in _OF_THE_BROWSER or name.startswith(("sec-", ":"))
    return not noise and _TOKEN.fullmatch(name) is not None and _OF_A_TRACE.fullmatch(name) is None


def _simple(name: str, value: str) -> str:
    """The value on one line, that of a browser's long ``Accept`` and ``Accept-Encoding`` as far as answers need it."""
    if name == "accept" and value.startswith("text/html,"):
        return "text/html,*/*;q=0.8"
    if name == "accept-encoding":
        return ", ".join(word for word in ("gzip", "deflate") if word in value) or "identity"
    return " ".join(value.replace("\0", " ").split())


def _written(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))
