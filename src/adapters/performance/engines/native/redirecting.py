"""The request that a redirect asks for."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

from .sender import Exchange, Outgoing

_SAME_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, 307, 308)


def location_of(exchange: Exchange) -> str | None:
    """Where an answer redirects to, if it does."""
    if exchange.status not in _REDIRECTS:
        return None
    return next((value for name, value in exchange.headers if name.lower() == "location"), None)


def redirected(request: Outgoing, status: int, location: str, private: Collection[str]) -> Outgoing:
    """As a GET without a body unless the status keeps the method (RFC 9110).

    ``private`` headers, in lower case, go to no other host.
    """
    url = urljoin(request.url, location)
    same_host = urlsplit(url).netloc == urlsplit(request.url).netloc
    keeps = status in _SAME_METHOD or request.method in ("GET", "HEAD")
    dropped = set() if same_host else set(private)
    dropped |= set() if keeps else {"content-type", "content-length", "transfer-encoding"}
    return Outgoing(
        method=request.method if keeps else "GET",
        url=url,
        headers=tuple(header for header in request.headers if header[0].lower() not in dropped),
        body=request.body if keeps else None,
        timeout_s=request.timeout_s,
        keep_body=request.keep_body,
        reads_answer=request.reads_answer,
        cookie=request.cookie if same_host else None,
        proves=request.proves and same_host,
    )
