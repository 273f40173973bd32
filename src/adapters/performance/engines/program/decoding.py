"""Bodies as checks and extractors see them: without their content codings, never more than fits the bound.

Only the standard library is used, but for ``br`` and ``zstd``, whose packages are imported where they are needed, so
that Locust's fixed locustfile can load this file in whatever environment Locust is installed in.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from .. import kinds
from .runtime import READS_BODY

MAX_BODY = 64 * 1024 * 1024
"""The most bytes of a body that are read, as it comes and decoded."""

_MOST_CODINGS = 10
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's window bits
_ZSTD_WINDOW = 8 * 1024 * 1024  # the largest that may be used in HTTP (RFC 9659)
_ZSTD_SLICE = 512  # a block of 4 bytes may stand for 128 KiB
_INSTALL = "pip install 'polyload[compression]'"


class Undecodable(Exception):
    """A body that cannot be read, a failure of its request: its ``kind`` (``decode`` or ``too_large``) and message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def reads_body(step: dict[str, Any]) -> bool:
    """Whether a check or an extractor of a step looks at the body."""
    return any(entry["kind"] in READS_BODY for entry in (*step["checks"], *step["extract"]))


def decoded(body: bytes, headers: Sequence[tuple[str, str]], limit: int = MAX_BODY) -> bytes:
    """A body without the codings of its Content-Encoding (gzip, deflate, br, zstd); Undecodable if that cannot be had.

    Names that are no content codings are passed over, as all clients do. Of the body and of what comes of it at most
    ``limit`` bytes are read.
    """
    if len(body) > limit:
        raise _too_large(limit)
    codings = [
        coding.strip().lower()
        for name, value in headers
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    if not body or not codings:
        return body
    if len(codings) > _MOST_CODINGS:
        raise Undecodable(kinds.DECODE, f"the body has more than {_MOST_CODINGS} content codings")
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is not None:
            body = decode(body, limit)
    return body


def _gzip(body: bytes, limit: int) -> bytes:
    """One member after the other; zeros may pad the end."""
    data, rest = _inflate("gzip", body, _GZIP, limit)
    parts = [data]
    while rest.strip(b"\0"):
        data, rest = _inflate("gzip", rest, _GZIP, limit - sum(map(len, parts)))
        parts.append(data)
    return b"".join(parts)


def _deflate(body: bytes, limit: int) -> bytes:
    """What zlib wrote, as the RFC has it, or bare deflate, as some servers do."""
    try:
        return _inflate("deflate", body, _ZLIB, limit)[0]
    except Undecodable as error:
        if error.kind != kinds.DECODE:
            raise
        return _inflate("deflate", body, _RAW, limit)[0]


def _inflate(coding: str, body: bytes, window_bits: int, limit: int) -> tuple[bytes, bytes]:
    """One stream, and what comes after it."""
    stream = zlib.decompressobj(window_bits)
    try:
        data = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise _broken(coding, str(error)) from error
    if len(data) > limit:
        raise _too_large(limit)
    if not stream.eof:
        raise _broken(coding, "it ends too early")
    return data, stream.unused_data


def _brotli(body: bytes, limit: int) -> bytes:
    try:
        import brotli
    except ImportError as error:
        raise _missing("br", "brotli") from error
    stream = brotli.Decompressor()
    try:
        data: bytes = stream.process(body, output_buffer_limit=limit + 1)
    except TypeError as error:
        raise _missing("br", "brotli 1.2 or newer") from error
    except brotli.error as error:
        raise _broken("br", str(error)) from error
    if len(data) > limit:
        raise _too_large(limit)
    if not stream.is_finished():
        raise _broken("br", "it ends too early")
    return data


def _zstd(body: bytes, limit: int) -> bytes:
    try:
        import zstandard
    except ImportError as error:
        raise _missing("zstd", "zstandard") from error
    parts: list[bytes] = []
    left = limit
    while body:
        stream = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        used = 0
        while not stream.eof:
            if used >= len(body):
                raise _broken("zstd", "it ends too early")
            try:
                parts.append(stream.decompress(body[used : used + _ZSTD_SLICE]))
            except zstandard.ZstdError as error:
                raise _broken("zstd", str(error)) from error
            used += _ZSTD_SLICE
            left -= len(parts[-1])
            if left < 0:
                raise _too_large(limit)
        body = stream.unused_data + body[used:]
    return b"".join(parts)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def _broken(coding: str, why: str) -> Undecodable:
    return Undecodable(kinds.DECODE, f"the body is not what its Content-Encoding, {coding}, says: {why}")


def _missing(coding: str, package: str) -> Undecodable:
    return Undecodable(
        kinds.DECODE, f"the body is encoded with {coding}; decoding it needs {package}: {_INSTALL}"
    )


def _too_large(limit: int) -> Undecodable:
    return Undecodable(kinds.TOO_LARGE, f"the body is over {limit} bytes, the most that is read of one")
