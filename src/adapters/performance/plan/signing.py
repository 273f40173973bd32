"""Proofs made anew for each request: signatures, and what the user's own code says."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from .base import Model

_WORD = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
SIGNED_PARTS = (
    "method",
    "path",
    "query",
    "target",
    "host",
    "timestamp",
    "body",
    "body_sha256",
    "body_sha256_base64",
    "key_id",
)
"""What ``hmac.string`` may hold as ``{name}``."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class SigV4(Model):
    """AWS Signature Version 4, in headers."""

    access_key: str
    secret_key: SecretStr
    session_token: SecretStr | None = None
    region: str
    service: str


class SigV4Auth(Model):
    """AWS Signature Version 4."""

    sigv4: SigV4


def _names(known: tuple[str, ...], text: str) -> str:
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in known]
    if unknown:
        raise ValueError(f"no part of a request is called {unknown[0]!r}; there are {', '.join(known)}")
    return text


HeaderName = Annotated[str, Field(pattern=_WORD)]


class Hmac(Model):
    """A keyed hash (RFC 2104) of what is sent.

    ``string`` says what is signed, ``value`` what the header ``header`` holds. In both, ``{name}`` stands for a part
    of the request: ``method``, ``path``, ``query``, ``target`` (path and query), ``host``, ``timestamp``, ``body``,
    ``body_sha256`` (hexadecimal), ``body_sha256_base64``, ``key_id``; in ``value`` also ``{signature}``.
    """

    key: SecretStr
    key_encoding: Literal["text", "hex", "base64"] = "text"
    key_id: str = ""
    algorithm: Literal["sha256", "sha1", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    string: Annotated[str, AfterValidator(lambda text: _names(SIGNED_PARTS, text))] = (
        "{method}\n{path}\n{query}\n{timestamp}\n{body_sha256}"
    )
    header: HeaderName = "X-Signature"
    value: Annotated[str, AfterValidator(lambda text: _names((*SIGNED_PARTS, "signature"), text))] = (
        "{signature}"
    )
    timestamp: Literal["unix", "unix_ms", "iso"] = "unix"
    """Seconds or milliseconds since 1970, or ``2026-01-31T12:00:00Z``."""
    timestamp_header: HeaderName | None = "X-Timestamp"
    key_id_header: HeaderName | None = None

    @model_validator(mode="after")
    def _is_sent(self) -> Self:
        if "{signature}" not in self.value:
            raise ValueError("value must hold {signature}")
        if "{timestamp}" in self.string and not (self.timestamp_header or "{timestamp}" in self.value):
            raise ValueError("the server cannot verify a timestamp that is not sent: give timestamp_header")
        if any(character in self.value for character in "\r\n\0"):
            raise ValueError("value: a header cannot hold a line break or a NUL")
        return self


class HmacAuth(Model):
    """HMAC signing."""

    hmac: Hmac


class CustomAuth(Model):
    """A Python function, ``module:function``, called with each request before it is sent; it may add headers.

    The request it is given has ``method``, ``url``, ``headers`` (a dict that it may change), ``body`` (bytes),
    ``user`` (a number) and ``variables`` (the user's own, a dict).
    """

    custom: str = Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")
