"""The failures that k6 tells of, as the kinds of failures that all engines share."""

from __future__ import annotations

import re

from .. import kinds

# https://github.com/grafana/k6/blob/v1.1.0/lib/netext/httpext/error_codes.go, the same in v2.1.0
_BY_CODE = {
    1020: kinds.PROTOCOL,  # not a URL
    1050: kinds.TIMEOUT,
    1201: kinds.RESET,  # broken pipe
    1211: kinds.TIMEOUT,  # while connecting
    1212: kinds.REFUSED,
    1220: kinds.RESET,
    1701: kinds.DECODE,  # the body is not what Content-Encoding says
}
_BY_RANGE = (
    (range(1100, 1200), kinds.DNS),
    (range(1210, 1220), kinds.CONNECT),
    (range(1300, 1400), kinds.TLS),
    (range(1400, 1600), kinds.STATUS),
    (range(1600, 1700), kinds.PROTOCOL),
)
# What k6 has no code for (0, 1000, 1010, 1200): the messages of Go's net/http and crypto packages.
_BY_MESSAGE = (
    (re.compile(r"x509:|tls:"), kinds.TLS),
    (re.compile(r"unexpected EOF"), kinds.TRUNCATED),
    (re.compile(r"EOF$|server closed idle connection"), kinds.CLOSED),
    (re.compile(r"connection reset|broken pipe"), kinds.RESET),
    (re.compile(r"headers exceeded|suspiciously long|line too long"), kinds.TOO_LARGE),
    (re.compile(r"flate: |gzip: |zlib: |brotli: |zstd|magic number"), kinds.DECODE),
    (
        re.compile(
            r"malformed|chunk length|bad Content-Length|multiple Content-Length|invalid|unsupported|exceeded|"
            r"Location header|HTTP/1\.x"
        ),
        kinds.PROTOCOL,
    ),
)
_ADDRESSES = re.compile(r"\b(?:read|write|dial) (?:tcp|udp)[46]? \S+(?:->\S+)?: ")


def failure_of(code: int, message: str) -> tuple[str, str]:
    """The kind and the message of a k6 error code and text; addresses, which differ each time, are left out."""
    text = _ADDRESSES.sub("", message) or "no message"
    return _kind(code, text), text


def _kind(code: int, text: str) -> str:
    if code in _BY_CODE:
        return _BY_CODE[code]
    for codes, kind in _BY_RANGE:
        if code in codes:
            return kind
    return next((kind for pattern, kind in _BY_MESSAGE if pattern.search(text)), kinds.OTHER)
