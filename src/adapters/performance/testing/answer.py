"""From a `Reply` to bytes, and the playing of those bytes onto one connection."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from http import HTTPStatus
from itertools import pairwise

from .messages import NEVER, Reply, SeenRequest, Then

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([2-5]\d\d)")
_SLICE = 256 * 1024
_BODY_PIECES = 10
_RESET_AFTER_S = 0.01  # what was written before a reset has left by then, through TLS too


def outcome(request: SeenRequest, reply: Reply) -> Then:
    """What happens to the connection after this reply."""
    if reply.then != "keep":
        return reply.then
    chunked = reply.chunks is not None and reply.length is None
    unframed = reply.until_close or (chunked and request.version == "1.0")
    return "keep" if request.keep_alive and not unframed else "close"


def pieces(request: SeenRequest, reply: Reply, then: Then) -> Iterator[tuple[float, bytes]]:
    """The answer as (seconds to wait, bytes to send), in order."""
    if reply.raw is not None:
        yield 0.0, reply.raw
        return
    if reply.script is not None:
        yield from reply.script
        return
    head = _head(request, reply, then)
    if request.method == "HEAD" or _bodiless(reply.status):
        yield 0.0, head
    elif reply.chunks is not None:
        yield 0.0, head
        framed = reply.length is not None or request.version == "1.0"
        yield from ((0.0, chunk) for chunk in reply.chunks) if framed else _chunked(reply.chunks)
    else:
        body = reply.body if reply.sent is None else reply.body[: reply.sent]
        if reply.body_over_s:
            yield 0.0, head
            yield from _dribble(body, reply.body_over_s)
        elif len(body) <= _SLICE:
            yield 0.0, head + body
        else:
            yield 0.0, head
            yield from ((0.0, body[start : start + _SLICE]) for start in range(0, len(body), _SLICE))


def _bodiless(status: int) -> bool:
    return status < 200 or status in (204, 304)


def _head(request: SeenRequest, reply: Reply, then: Then) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Unassigned')}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.chunks is not None:
        if reply.length is not None:
            lines.append(f"Content-Length: {reply.length}")
        elif request.version != "1.0":
            lines.append("Transfer-Encoding: chunked")
    elif not reply.until_close and not _bodiless(reply.status):
        lines.append(f"Content-Length: {len(reply.body)}")
    if then == "close":
        lines.append("Connection: close")
    elif request.version == "1.0":
        lines.append("Connection: keep-alive")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return reply.interim + head if request.version != "1.0" else head


def _chunked(chunks: Iterable[bytes]) -> Iterator[tuple[float, bytes]]:
    for chunk in chunks:
        if chunk:
            yield 0.0, b"%x\r\n%b\r\n" % (len(chunk), chunk)
    yield 0.0, b"0\r\n\r\n"


def _dribble(body: bytes, over_s: float) -> Iterator[tuple[float, bytes]]:
    edges = [len(body) * step // _BODY_PIECES for step in range(_BODY_PIECES + 1)]
    for start, end in pairwise(edges):
        yield over_s / _BODY_PIECES, body[start:end]


class Exchange:
    """One request and the playing of its reply; ``done`` is told what is to happen to the connection."""

    __slots__ = (
        "_done",
        "_pieces",
        "_reply",
        "_then",
        "_timer",
        "_transport",
        "_writable",
        "_writing",
        "request",
    )

    def __init__(
        self, request: SeenRequest, transport: asyncio.Transport, done: Callable[[Then], None]
    ) -> None:
        self.request = request
        self._transport = transport
        self._done = done
        self._timer: asyncio.TimerHandle | None = None
        self._writable = True
        self._writing = False

    def play(self, reply: Reply) -> None:
        """Send the reply, now or after its delay."""
        self._reply = reply
        self._then = outcome(self.request, reply)
        self._pieces = pieces(self.request, reply, self._then)
        self.request.fault = reply.fault
        if not reply.delay_s:
            self._pump()
        elif reply.delay_s != NEVER:
            self._later(reply.delay_s, self._pump)

    def pause(self) -> None:
        """The socket takes no more for now."""
        self._writable = False

    def resume(self) -> None:
        """Everything written so far is with the socket."""
        self._writable = True
        if self._timer is None and not self._writing:  # some transports pause and resume inside one write
            self._pump()

    def lose(self, abandoned: bool) -> None:
        """The connection is gone: by the client (abandoned) or by the server's own end."""
        if self._timer is not None:
            self._timer.cancel()
        self.request.abandoned = abandoned
        self.request.ended = True

    def _pump(self) -> None:
        for wait_s, data in self._pieces:
            if wait_s:
                self._later(wait_s, self._write_on, data)
                return
            if not self._write(data):
                return
        if self._then == "reset" and self.request.bytes_out:
            self._later(_RESET_AFTER_S, self._finish)
        else:
            self._finish()

    def _write_on(self, data: bytes) -> None:
        self._timer = None
        if self._write(data):
            self._pump()

    def _write(self, data: bytes) -> bool:
        if not data:
            return True
        request = self.request
        if request.status is None:
            request.status = self._reply.status if self._reply.honest else _stated(data)
        self._writing = True
        self._transport.write(data)
        self._writing = False
        request.bytes_out += len(data)
        return self._writable

    def _finish(self) -> None:
        request = self.request
        if self._reply.whole:
            request.completed = True
            request.answered_s = time.monotonic()
        request.ended = True
        self._done(self._then)

    def _later(self, wait_s: float, call: Callable[..., None], *args: object) -> None:
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._fire, call, args)

    def _fire(self, call: Callable[..., None], args: tuple[object, ...]) -> None:
        self._timer = None
        call(*args)


def _stated(data: bytes) -> int | None:
    """The status that bytes begin with, if it is one of a final answer."""
    found = _STATUS_LINE.match(data)
    return int(found[1]) if found else None


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST: what was not sent yet is thrown away."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _linger())
    transport.abort()


def _linger() -> bytes:
    """``struct linger`` with on = 1 and zero seconds; Windows has shorts where others have ints."""
    return struct.pack("hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii", 1, 0)
