"""Requests with placeholders as bytes: what stays the same is laid out once, only what varies is rendered."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ....http.errors import WireError
from ....http.wire import Origin, split_url
from ..program import runtime
from ..program.texts import Text, as_parts, join
from .wire_form import BODY_METHODS, WireForm

_BASE = re.compile(r"https?://[^/?#]+(?=[/?])", re.IGNORECASE)


class UnsendableHead(NamedTuple):
    """A URL, and headers of which one holds a line break."""

    url: str
    headers: str


class WireTemplate:
    """The requests of one step to one origin, with the bytes that `wire_form` would make of each."""

    def __init__(self, step: dict[str, Any], base: str, target: Text, user_agent: str) -> None:
        self._origin, _ = split_url(base)
        self._base = base
        self._target = runtime.compile_text(target)
        self._start = f"{step['method']} "
        rest = runtime.compile_text(_lines(step, self._origin, user_agent))
        self._rest = rest
        self._whole = (
            None
            if callable(self._target) or callable(rest)
            else f"{self._start}{self._target}{rest}".encode()
        )
        self._line_ends = 1 + sum(1 for _ in _headers(step, self._origin, user_agent))
        self._is_head = step["method"] == "HEAD"
        tells_length = all(name.lower() != "content-length" for name, _ in step["headers"])
        self._tells_length = tells_length
        self._tells_empty = tells_length and step["method"] in BODY_METHODS

    def render(
        self, session: runtime.Session, body: bytes | runtime.Render | None
    ) -> tuple[str, WireForm, bytes] | UnsendableHead:
        """The URL, the bytes of a request and its body; placeholders get values in this order: URL, headers, body.

        Where a header's value would break the framing, the URL and the headers.
        """
        target = runtime.text_of(self._target, session)
        head = self._whole
        if head is None:
            rest = runtime.text_of(self._rest, session)
            if callable(self._rest) and not self._framed(rest):
                return UnsendableHead(self._base + target, rest)
            sent = target if "#" not in target else target.partition("#")[0]
            head = f"{self._start}{sent}{rest}".encode("utf-8", "surrogateescape")
        if callable(body):
            body = body(session).encode()
        elif body is None:
            body = b""
        if (body and self._tells_length) or self._tells_empty:
            head = b"%bContent-Length: %d\r\n" % (head, len(body))
        form = WireForm(self._origin, head, body, head + b"\r\n" + body, self._is_head)
        return self._base + target, form, body

    def _framed(self, rest: str) -> bool:
        """Whether there are as many line ends as lines, so that no value holds any."""
        return rest.count("\r") == rest.count("\n") == self._line_ends and "\0" not in rest


def wire_template(step: dict[str, Any], user_agent: str) -> WireTemplate | None:
    """The template of a step whose URL says where it goes before the first placeholder; None for others."""
    first, *more = as_parts(step["url"])
    base = _BASE.match(first if more else f"{first}/") if isinstance(first, str) else None
    if base is None:
        return None
    path = first[base.end() :]
    target = join([path if path.startswith("/") else f"/{path}", *more])
    try:
        return WireTemplate(step, base[0], target, user_agent)
    except WireError:  # each request will fail with it
        return None


def _lines(step: dict[str, Any], origin: Origin, user_agent: str) -> Text:
    """What follows the target of a request, but for the length of its body."""
    parts: list[Any] = [" HTTP/1.1\r\n"]
    for name, text in _headers(step, origin, user_agent):
        parts += [f"{name}: ", *as_parts(text), "\r\n"]
    return join(parts)


def _headers(step: dict[str, Any], origin: Origin, user_agent: str) -> list[tuple[str, Text]]:
    """A step's headers after those that are added to it."""
    names = {name.lower() for name, _ in step["headers"]}
    added = [("Host", origin.authority), ("User-Agent", user_agent), ("Accept", "*/*")]
    return [pair for pair in added if pair[0].lower() not in names] + [
        tuple(pair) for pair in step["headers"]
    ]
