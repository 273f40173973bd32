"""Answers meant ill, or written without knowing HTTP: paths of the recording server, logged as the ``fault``."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar

from .messages import Reply
from .routing import Call, path

_OK = b"HTTP/1.1 200 OK\r\n"
_PLAIN = _OK + b"Content-Length: 2\r\n\r\nok"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_LAST = _OK + b"Connection: close\r\n"
_LAST_CHUNKED = _LAST + b"Transfer-Encoding: chunked\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_PIECE = 16 * 1024
_PAUSE_S = 0.002
_FAST_PAUSE_S = 1e-4  # so that the server's loop has a turn between two writes
_FAST_PIECE = 32 * _PIECE
_MIB = 2**20
T = TypeVar("T")

_ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "status-line": (b"HTTP/1.1 200 ", b"x" * _PIECE),
    "header": (_OK + b"X-Long: ", b"x" * _PIECE),
    "headers": (_OK, b"X-More: and more\r\n" * (_PIECE // 18)),
    "interim": (b"", _CONTINUE * (_PIECE // len(_CONTINUE))),
    "trailers": (_CHUNKED + b"2\r\nok\r\n0\r\n", b"X-More: and more\r\n" * (_PIECE // 18)),
    "chunk-size": (_CHUNKED, b"0" * _PIECE),
    "chunks": (_CHUNKED, b"%x\r\n%b\r\n" % (_PIECE, bytes(_PIECE))),
    "content": (_OK + b"\r\n", bytes(_PIECE)),
}
"""How each begins, and what then comes for ever."""

_FRAMING = {
    "negative": _LAST + b"Content-Length: -2\r\n\r\nok",
    "overflow": _LAST + b"Content-Length: 99999999999999999999999\r\n\r\nok",
    "two-lengths": _LAST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "same-length-twice": _LAST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "length-and-chunks": _LAST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "huge-chunk": _LAST_CHUNKED + b"ffffffffffffffffffff\r\nok",
    "bad-chunk": _LAST_CHUNKED + b"two\r\nok\r\n0\r\n\r\n",
    "long-chunk": _LAST_CHUNKED + b"2\r\nokay\r\n0\r\n\r\n",
    "no-last-chunk": _LAST_CHUNKED + b"2\r\nok\r\n",
}
_LINES = {
    "nul": _LAST + b"X-Nul: a\0b\r\nContent-Length: 2\r\n\r\nok",
    "control": _LAST + b"X-Control: a\x01b\r\nContent-Length: 2\r\n\r\nok",
    "no-colon": _LAST + b"X-None\r\nContent-Length: 2\r\n\r\nok",
    "folded": _LAST + b"X-Folded: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
    "bare-lf": (_LAST + b"Content-Length: 2\r\n\r\nok").replace(b"\r\n", b"\n"),
    "status-99": b"HTTP/1.1 099 Low\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
}
_SURPLUS = {"garbage": b"\x00 no answer \xff", "answer": _PLAIN}


def _bomb() -> bytes:
    """A GiB of zeros in a MiB of gzip: members follow one another."""
    return gzip.compress(bytes(_MIB), mtime=0) * 1024


_ENCODED: dict[str, Callable[[], tuple[str, bytes]]] = {
    "gzip-bomb": lambda: ("gzip", _bomb()),
    "gzip-broken": lambda: ("gzip", b"\x1f\x8b\x08\x00 this is no gzip"),
    "gzip-truncated": lambda: ("gzip", gzip.compress(bytes(range(256)) * 40, mtime=0)[:-12]),
    "not-gzip": lambda: ("gzip", b'{"plain": "json"}'),
    "not-br": lambda: ("br", b"\xff this is no brotli"),
}


@path("/endless/WHAT")
def endless(call: Call) -> Reply:
    """Without end (?fast: no pauses) a status-line, header, headers, interim, trailers, chunk-size, chunks, content."""
    what = call.args[0]
    begin, more = _one_of(_ENDLESS, what)
    fast = any(name == "fast" for name, _ in call.params)
    if fast:
        more *= _FAST_PIECE // _PIECE
    return Reply(script=_for_ever(begin, more, _FAST_PAUSE_S if fast else _PAUSE_S), fault=f"endless-{what}")


@path("/slow-loris/MS")
def slow_loris(call: Call) -> Reply:
    """A head that never ends, a byte each MS milliseconds."""
    pause_s = float(call.args[0]) / 1000
    return Reply(script=_for_ever(_OK + b"X-Slow: ", b"x", pause_s), fault="slow-loris")


@path("/slow-drip/MS")
def slow_drip(call: Call) -> Reply:
    """A body that never ends, a byte each MS milliseconds."""
    pause_s = float(call.args[0]) / 1000
    head = _OK + b"Content-Length: 1000000\r\n\r\n"
    return Reply(script=_for_ever(head, b"x", pause_s), fault="slow-drip")


@path("/continue-only")
def continue_only(call: Call) -> Reply:
    """100 Continue, and never an answer after it."""
    return Reply(script=_for_ever(_CONTINUE, b"", 3600.0), fault="continue-only")


@path("/interim/N")
def interim(call: Call) -> Reply:
    """N times 103 Early Hints, then 200."""
    return Reply(body=b"ok", interim=b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * int(call.args[0]))


@path("/surplus/WHAT")
def surplus(call: Call) -> Reply:
    """A good answer with more behind it: garbage, or a second answer."""
    what = call.args[0]
    return Reply(raw=_PLAIN + _one_of(_SURPLUS, what), fault=f"surplus-{what}")


@path("/framing/WHAT")
def framing(call: Call) -> Reply:
    """A length that cannot be right, such as negative, overflow, two-lengths or huge-chunk, then a close."""
    what = call.args[0]
    return Reply(raw=_one_of(_FRAMING, what), then="drop", fault=what)


@path("/lines/WHAT")
def lines(call: Call) -> Reply:
    """A head whose lines are odd, then a close: nul, control, no-colon, folded, bare-lf, status-99."""
    what = call.args[0]
    return Reply(raw=_one_of(_LINES, what), then="drop", fault=what)


@path("/encoded/WHAT")
def encoded(call: Call) -> Reply:
    """A body that cannot be decoded: gzip-bomb (a GiB of zeros), gzip-broken, gzip-truncated, not-gzip or not-br."""
    what = call.args[0]
    _one_of(_ENCODED, what)
    coding, body = _encoded(what)
    headers = [("Content-Encoding", coding)]
    return Reply(
        headers=headers, body=body, sent=len(body), fault=what
    )  # no whole answer to whoever decodes it


@path("/zeros/N")
def zeros(call: Call) -> Reply:
    """N zeros with a Content-Length, made while they are sent."""
    size = int(call.args[0])
    pieces = (bytes(min(_MIB, size - start)) for start in range(0, size, _MIB))
    return Reply(chunks=pieces, length=size)


_encoded = cache(lambda what: _ENCODED[what]())


def _for_ever(begin: bytes, more: bytes, pause_s: float) -> Iterator[tuple[float, bytes]]:
    yield 0.0, begin
    while True:
        yield pause_s, more


def _one_of(known: dict[str, T], what: str) -> T:
    if what not in known:
        raise ValueError(f"{what!r} is none of {', '.join(known)}")
    return known[what]
