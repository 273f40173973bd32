"""A request as it is to leave, byte for byte, whichever of Locust's clients sends it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from ...program.runtime import encode, with_headers

_URL = re.compile(r"(?i)(https?)://([^/?#]+)([^#]*)")
_TARGET = re.compile(r"[\x21-\x7e]*")
_UNSAFE = re.compile(r"[\r\n\0]")
_BODY_METHODS = ("POST", "PUT", "PATCH")
_SAME_METHOD = (307, 308)
REDIRECTS = (301, 302, 303, 307, 308)


class UnsendableError(ValueError):
    """What a plan rendered is no request."""


class Outgoing:
    """A request: where to, and everything after its request line.

    ``target`` is what follows the authority in the URL, unchanged. ``fields`` are all header fields with Host,
    Accept and Content-Length, their values UTF-8 bytes read as latin-1. ``form`` is the client's own form of it,
    made when it is first sent. ``cookie`` is the request's own Cookie header; ``proves`` tells that it goes where it
    may say who sends it.
    """

    __slots__ = (
        "body",
        "cookie",
        "fields",
        "form",
        "headers",
        "host",
        "method",
        "port",
        "proves",
        "scheme",
        "target",
        "url",
    )

    def __init__(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        *,
        cookie: str | None = None,
        proves: bool = True,
    ) -> None:
        match = _URL.match(url)
        if match is None:
            raise UnsendableError(f"not a URL with http or https: {url[:100]!r}")
        authority = match[2].rpartition("@")[2]
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise UnsendableError(f"{url[:100]!r}: {error}") from error
        if not host or not _TARGET.fullmatch(match[3]):
            raise UnsendableError(f"not a URL: {url[:100]!r}")
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.cookie = cookie
        self.proves = proves
        self.scheme = match[1].lower()
        self.host = host
        self.port = port or (443 if self.scheme == "https" else 80)
        self.target = match[3] if match[3].startswith("/") else "/" + match[3]
        self.fields = self._fields(authority)
        self.form: Any = None

    def _fields(self, authority: str) -> list[tuple[str, str]]:
        given = {name.lower() for name, _ in self.headers}
        fields = [("Host", authority)] if "host" not in given else []
        if "accept" not in given:
            fields.append(("Accept", "*/*"))
        for name, value in self.headers:
            if _UNSAFE.search(value):
                raise UnsendableError(f"the value of header {name} holds a line break or a NUL")
            fields.append((name, value.encode("utf-8", "surrogateescape").decode("latin-1")))
        if "content-length" not in given and (self.body or self.method in _BODY_METHODS):
            fields.append(("Content-Length", str(len(self.body))))
        return fields

    def with_headers(self, added: Sequence[tuple[str, str]]) -> Outgoing:
        """The same with further headers, in place of others of the same names."""
        headers = with_headers(self.headers, added)
        return Outgoing(self.method, self.url, headers, self.body, cookie=self.cookie, proves=self.proves)

    def has(self, name: str) -> bool:
        """Whether the plan gives this header, in lower case, itself."""
        return any(given.lower() == name for given, _ in self.headers)

    def redirected(self, status: int, location: str, private: Collection[str]) -> Outgoing:
        """The request that a redirect asks for: a GET without a body unless the status keeps both (RFC 9110).

        ``private`` headers, in lower case, go to no other host.
        """
        url = encode(urljoin(self.url, location), "url")
        same_host = urlsplit(url).netloc == urlsplit(self.url).netloc
        dropped = set() if same_host else set(private)
        keeps = status in _SAME_METHOD or self.method in ("GET", "HEAD")
        if not keeps:
            dropped |= {"content-type", "content-length", "transfer-encoding"}
        headers = [(name, value) for name, value in self.headers if name.lower() not in dropped]
        return Outgoing(
            self.method if keeps else "GET",
            url,
            headers,
            self.body if keeps else b"",
            cookie=self.cookie if same_host else None,
            proves=self.proves and same_host,
        )
