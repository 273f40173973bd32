"""The entries of a recording as exchanges: what was sent, when, and what came back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from ..bodies import media_type
from ..shapes import mapping, number, sequence, text

_REDIRECTS = (301, 302, 303, 307, 308)
_TEXTUAL = ("json", "html", "xml", "text/", "urlencoded")

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Exchange:
    """A request of a recording and its answer; ``number`` counts from 0 in the order in which they were sent."""

    number: int
    method: str
    url: str
    headers: Headers
    """Names in lower case."""
    post: Mapping[str, Any]
    """HAR's ``postData``."""
    response: Mapping[str, Any]
    status: int
    page: str
    kind: str
    """What the browser wanted it for, such as ``image``; empty when the recording does not say."""
    from_cache: bool
    started_s: float | None
    took_s: float

    @property
    def ended_s(self) -> float | None:
        return None if self.started_s is None else self.started_s + self.took_s

    @cached_property
    def origin(self) -> str:
        """``https://shop.example:8443``, as it is written."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"

    @cached_property
    def answer_headers(self) -> Headers:
        return _headers(self.response)

    @cached_property
    def answer_type(self) -> str:
        declared = text(mapping(self.response.get("content")).get("mimeType"))
        return media_type(declared or first(self.answer_headers, "content-type"))

    @property
    def answer_text(self) -> str:
        """The answer's body, when it is text and was recorded; not kept."""
        content = mapping(self.response.get("content"))
        body = text(content.get("text"))
        if not body or not any(word in self.answer_type for word in _TEXTUAL):
            return ""
        if content.get("encoding") != "base64":
            return body
        try:
            return base64.b64decode(body).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""

    @cached_property
    def redirects_to(self) -> str:
        """The absolute URL that the answer sends one to, or nothing."""
        if self.status not in _REDIRECTS:
            return ""
        given = text(self.response.get("redirectURL")) or first(self.answer_headers, "location")
        try:
            return urljoin(self.url, given) if given else ""
        except ValueError:
            return ""

    def set_cookies(self) -> Iterator[tuple[str, str]]:
        """The names and values of the cookies that the answer set."""
        for name, value in self.answer_headers:
            if name == "set-cookie":
                for line in value.split("\n"):
                    key, _, rest = line.partition("=")
                    yield key.strip(), rest.partition(";")[0].strip()


def first(headers: Headers, name: str) -> str:
    """The value of the first header of this name, or nothing."""
    return next((value for known, value in headers if known == name), "")


def exchanges(log: Mapping[str, Any]) -> list[Exchange]:
    """The entries of a log in the order in which they were sent; what is no entry at all is left out."""
    found = [one for entry in sequence(log.get("entries")) if (one := _exchange(mapping(entry))) is not None]
    if all(one.started_s is not None for one in found):
        found.sort(key=lambda one: one.started_s or 0.0)
    return [replace(one, number=place) for place, one in enumerate(found)]


def _exchange(entry: Mapping[str, Any]) -> Exchange | None:
    request, response = mapping(entry.get("request")), mapping(entry.get("response"))
    url = text(request.get("url")).partition("#")[0].strip()
    if not url:
        return None
    return Exchange(
        number=0,
        method=text(request.get("method")).upper() or "GET",
        url=url,
        headers=_headers(request),
        post=mapping(request.get("postData")),
        response=response,
        status=int(number(response.get("status")) or 0),
        page=text(entry.get("pageref")),
        kind=text(entry.get("_resourceType")).lower(),
        from_cache=bool(entry.get("_fromCache")),
        started_s=_moment(entry.get("startedDateTime")),
        took_s=max(0.0, number(entry.get("time")) or 0.0) / 1000,
    )


def _headers(message: Mapping[str, Any]) -> Headers:
    listed = (mapping(one) for one in sequence(message.get("headers")))
    return [(text(one.get("name")).strip().lower(), text(one.get("value")).strip()) for one in listed]


def _moment(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(text(value)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
