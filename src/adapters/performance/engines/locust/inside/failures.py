"""Exceptions of Locust's clients as kinds of failures, with messages that do not differ from request to request."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import urllib3.exceptions
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from ... import kinds

_RULES: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
    (socket.gaierror, kinds.DNS),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), kinds.CLOSED),
    (ssl.SSLError, kinds.TLS),
    (ConnectionRefusedError, kinds.REFUSED),
    (TimeoutError, kinds.TIMEOUT),
    (http.client.RemoteDisconnected, kinds.CLOSED),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), kinds.RESET),
    ((http.client.IncompleteRead, urllib3.exceptions.IncompleteRead), kinds.TRUNCATED),
    (HTTPConnectionClosed, kinds.CLOSED),
    (HTTPParseError, kinds.PROTOCOL),
    (http.client.LineTooLong, kinds.TOO_LARGE),
    ((http.client.HTTPException, OverflowError), kinds.PROTOCOL),
    (urllib3.exceptions.HTTPError, kinds.PROTOCOL),
    (OSError, kinds.CONNECT),
]
"""Exception to kind; the first rule that any exception of a chain meets decides."""

_MESSAGES = {
    kinds.DNS: "the host name has no address",
    kinds.REFUSED: "connection refused",
    kinds.TIMEOUT: "the connection timed out",
    kinds.RESET: "the connection was reset",
    kinds.CLOSED: "the connection was closed before an answer came",
    kinds.TRUNCATED: "the connection was closed inside the answer",
}


_LARGE = re.compile(r"got more than \d+ (?:headers|interim answers)|over \d+ bytes")


def describe(error: BaseException, *, in_answer: bool = False) -> tuple[str, str]:
    """The kind of a failure and a message; ``in_answer`` when the head of the answer had arrived."""
    chain = list(_chain(error))
    for types, kind in _RULES:
        found = next((one for one in chain if isinstance(one, types)), None)
        if found is not None:
            kind = _refined(kind, found, in_answer)
            return kind, _MESSAGES.get(kind) or _text(found)
    return kinds.OTHER, _text(error)


def _refined(kind: str, error: BaseException, in_answer: bool) -> str:
    if kind == kinds.PROTOCOL and _LARGE.search(str(error)):
        return kinds.TOO_LARGE
    ended = kind == kinds.CLOSED or (kind == kinds.PROTOCOL and _is_end(error))
    if in_answer and ended:
        return kinds.TRUNCATED
    return kinds.TRUNCATED if kind == kinds.PROTOCOL and ended else kind


def _is_end(error: BaseException) -> bool:
    text = str(error).lower()
    return "closed before" in text or "closed after" in text or "incomplete" in text


def _text(error: BaseException) -> str:
    text = (error.strerror if isinstance(error, OSError) else None) or str(_first(error.args))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _first(value: object) -> object:
    """What stands first in nested tuples: parsers give a message and a number."""
    while isinstance(value, tuple) and value:
        value = value[0]
    return value or ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and everything it wraps: as cause, context, reason or argument."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
