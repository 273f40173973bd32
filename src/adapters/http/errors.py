"""Errors of the HTTP layer, each with a ``kind`` that says what failed.

HTTPError
└── WireError             no usable answer; ``kind`` is one of:
                          refused, connect, dns, tls, reset, closed, truncated, timeout, protocol, surplus,
                          too_large
"""

from __future__ import annotations

import errno
import socket
import ssl


class HTTPError(Exception):
    """Root of the errors of ``adapters.http``."""


class WireError(HTTPError):
    """No usable answer came; ``kind`` says how it failed, the message in what words."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


_CONNECT_KINDS = {
    errno.ECONNREFUSED: "refused",
    errno.ENOENT: "refused",  # no such Unix socket
    errno.ECONNRESET: "reset",
    errno.ETIMEDOUT: "timeout",
}
_CONNECT_WORDS = {
    errno.ECONNREFUSED: "connection refused",
    errno.EADDRNOTAVAIL: "no local port is free for another connection",
}


def connect_error(error: Exception, host: str, port: int | None = None) -> WireError:
    """The WireError for an exception raised while connecting to a host's port, or to the path of a Unix socket."""
    where = host if port is None else f"{host}:{port}"
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        return WireError("tls", f"TLS with {where} failed: {reason}")
    if isinstance(error, socket.gaierror):
        return WireError("dns", f"{host} has no address: {error.strerror}")
    if isinstance(error, TimeoutError) and error.errno is None:
        return WireError("timeout", f"{where}: no connection in time")
    if isinstance(error, OSError):
        kind = _CONNECT_KINDS.get(error.errno or 0, "connect")
        text = _CONNECT_WORDS.get(error.errno or 0) or error.strerror or str(error)
        return WireError(kind, f"{where}: {text}")
    return WireError("connect", f"{where}: {error}")
