"""Signatures of requests: AWS Signature Version 4, and HMAC over what the plan says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import time
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from .session import Session
from .texts import compile_text, text_of

Header = tuple[str, str]
_NOT_SIGNED = ("connection", "cookie", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id")
_PORTS = {"http": 80, "https": 443}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Unsigned(NamedTuple):
    """A request as it is to be sent, but for what proves who sends it."""

    method: str
    url: str
    headers: Sequence[Header]
    body: bytes


def host_of(request: Unsigned) -> str:
    """The value of the request's Host header."""
    given = next((value for name, value in request.headers if name.lower() == "host"), None)
    if given is not None:
        return given
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port not in (None, _PORTS.get(parts.scheme)) else host


class SigV4:
    """Signs by AWS Signature Version 4, in headers.

    Every header of the request is signed, Host with them, but for those that proxies change. Source: "Create a signed
    AWS API request", AWS Identity and Access Management User Guide.
    """

    def __init__(self, entry: dict[str, Any], clock: Callable[[], float] = time) -> None:
        names = ("access_key", "secret_key", "session_token", "region", "service")
        self._texts = {name: compile_text(entry[name]) for name in names if entry[name] is not None}
        self._clock = clock

    def headers(self, session: Session, request: Unsigned) -> list[Header]:
        """The headers to send beside the request's own."""
        texts = {name: text_of(text, session) for name, text in self._texts.items()}
        at = datetime.fromtimestamp(self._clock(), UTC)
        stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
        payload = hashlib.sha256(request.body).hexdigest()
        added = [("X-Amz-Date", stamp)]
        if texts["service"] == "s3":
            added.append(("X-Amz-Content-SHA256", payload))
        if token := texts.get("session_token"):
            added.append(("X-Amz-Security-Token", token))
        signed = _canonical_headers([("Host", host_of(request)), *request.headers, *added])
        names = ";".join(name for name, _ in signed)
        canonical = "\n".join(
            [
                request.method,
                _canonical_path(urlsplit(request.url).path, twice=texts["service"] != "s3"),
                _canonical_query(urlsplit(request.url).query),
                *(f"{name}:{value}" for name, value in signed),
                "",
                names,
                payload,
            ]
        )
        scope = f"{day}/{texts['region']}/{texts['service']}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{texts['secret_key']}".encode()
        for part in scope.split("/"):
            key = _sha256_mac(key, part)
        signature = _sha256_mac(key, text).hex()
        proof = f"Credential={texts['access_key']}/{scope}, SignedHeaders={names}, Signature={signature}"
        return [*added, ("Authorization", f"AWS4-HMAC-SHA256 {proof}")]


def _sha256_mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _canonical_headers(headers: Sequence[Header]) -> list[Header]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _NOT_SIGNED:
            values.setdefault(name.lower(), []).append(" ".join(value.split()))
    return [(name, ",".join(values[name])) for name in sorted(values)]


def _canonical_path(path: str, *, twice: bool) -> str:
    """The path, where ``twice`` without dots and encoded once more, as all services but S3 have it."""
    if not twice:
        return path or "/"
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(part)
    slash = "/" if kept and path.endswith("/") else ""
    return quote("/" + "/".join(kept) + slash, safe="/-_.~")


def _canonical_query(query: str) -> str:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    encoded = [(_encoded(name), _encoded(value)) for name, _, value in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def _encoded(text: str) -> str:
    return quote(unquote(text, errors="surrogateescape"), safe="-_.~", errors="surrogateescape")


class Hmac:
    """Signs by a keyed hash (RFC 2104) of a text that is made from the request."""

    def __init__(self, entry: dict[str, Any], clock: Callable[[], float] = time) -> None:
        self._entry = entry
        self._key, self._key_id = compile_text(entry["key"]), compile_text(entry["key_id"])
        self._parts = set(_PLACEHOLDER.findall(entry["string"] + entry["value"]))
        self._clock = clock

    def headers(self, session: Session, request: Unsigned) -> list[Header]:
        """The headers to send beside the request's own."""
        entry = self._entry
        parts = self._values(session, request)
        key = _key(text_of(self._key, session), entry["key_encoding"])
        mac = hmac.new(key, _filled(entry["string"], parts), entry["algorithm"]).digest()
        signature = mac.hex() if entry["encoding"] == "hex" else base64.b64encode(mac).decode()
        added = [
            (entry["header"], _filled(entry["value"], {**parts, "signature": signature.encode()}).decode())
        ]
        if entry["timestamp_header"]:
            added.append((entry["timestamp_header"], parts["timestamp"].decode()))
        if entry["key_id_header"]:
            added.append((entry["key_id_header"], parts["key_id"].decode()))
        return added

    def _values(self, session: Session, request: Unsigned) -> dict[str, bytes]:
        parts = urlsplit(request.url)
        path = parts.path or "/"
        values = {
            "method": request.method,
            "path": path,
            "query": parts.query,
            "target": f"{path}?{parts.query}" if parts.query else path,
            "host": host_of(request),
            "timestamp": _timestamp(self._clock(), self._entry["timestamp"]),
            "key_id": text_of(self._key_id, session),
        }
        found = {name: value.encode("utf-8", "surrogateescape") for name, value in values.items()}
        if "body" in self._parts:
            found["body"] = request.body
        if self._parts & {"body_sha256", "body_sha256_base64"}:
            digest = hashlib.sha256(request.body)
            found["body_sha256"] = digest.hexdigest().encode()
            found["body_sha256_base64"] = base64.b64encode(digest.digest())
        return found


def _filled(text: str, parts: dict[str, bytes]) -> bytes:
    pieces = _PLACEHOLDER.split(text)
    return b"".join(parts[piece] if n % 2 else piece.encode() for n, piece in enumerate(pieces))


def _key(text: str, encoding: str) -> bytes:
    if encoding == "hex":
        return bytes.fromhex(text)
    return base64.b64decode(text, validate=True) if encoding == "base64" else text.encode()


def _timestamp(now: float, how: str) -> str:
    if how == "iso":
        return datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(int(now * 1000 if how == "unix_ms" else now))
