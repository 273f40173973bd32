"""Logins and the three ways of proving who one is. Each is a path of the recording server."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from urllib.parse import parse_qsl
from urllib.request import parse_http_list, parse_keqv_list

from .messages import Reply, SeenRequest
from .routing import Call, path

_DIGESTS: dict[str, Callable[[bytes], str]] = {
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
}
_REALM = "polyload"
_REFUSED = "wrong"


def credentials(request: SeenRequest) -> tuple[str, str]:
    """Username and password from a JSON or form body; empty texts where there are none."""
    try:
        if (request.header("content-type") or "").startswith("application/x-www-form-urlencoded"):
            fields = dict(parse_qsl(request.body.decode()))
        else:
            fields = request.json()
    except (ValueError, UnicodeDecodeError):
        return "", ""
    if not isinstance(fields, dict):
        return "", ""
    return str(fields.get("username") or ""), str(fields.get("password") or "")


def bearer(request: SeenRequest) -> str | None:
    """The token of ``Authorization: Bearer …``."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token if scheme.lower() == "bearer" else None


@path("/login")
def login(call: Call) -> Reply:
    """POST username and password (JSON or form): a new token and session; password "wrong": 401."""
    if call.request.method != "POST":
        return Reply.text("POST only", 405, [("Allow", "POST")])
    username, password = credentials(call.request)
    if not username or not password or password == _REFUSED:
        return Reply.json({"error": "bad credentials"}, 401)
    number = len(call.memory.tokens) + 1
    token = f"tok-{number}"
    call.memory.tokens[token] = number
    session = [("Set-Cookie", f"session=sess-{number}; Path=/"), ("X-Session-Id", f"sess-{number}")]
    return Reply.json({"token": token, "user": {"id": number, "name": username}}, headers=session)


@path("/protected")
def protected(call: Call) -> Reply:
    """200 with the user's id for a token that /login handed out, else 401."""
    user = call.memory.tokens.get(bearer(call.request) or "")
    if user is None:
        return Reply.json({"error": "no valid token"}, 401, [("WWW-Authenticate", "Bearer")])
    return Reply.json({"user": {"id": user}})


@path("/basic-auth/USER/PASS")
def basic_auth(call: Call) -> Reply:
    """200 for those credentials by HTTP Basic, else 401."""
    expected = base64.b64encode(":".join(call.args[:2]).encode()).decode()
    scheme, _, given = (call.request.header("authorization") or "").partition(" ")
    if scheme.lower() == "basic" and given == expected:
        return Reply.json({"user": call.args[0]})
    return Reply.text("who are you?", 401, [("WWW-Authenticate", f'Basic realm="{_REALM}"')])


@path("/digest-auth/USER/PASS")
def digest_auth(call: Call) -> Reply:
    """200 for those credentials by HTTP Digest (RFC 7616: qop=auth, SHA-256, MD5; ?algorithm= offers one, ?uses=N)."""
    user, password = call.args[:2]
    if _digest_holds(call, user, password):
        return Reply.json({"user": user})
    wanted = call.param("algorithm")
    nonce = secrets.token_hex(16)
    call.memory.nonces[nonce] = 0
    challenges = [
        ("WWW-Authenticate", f'Digest realm="{_REALM}", nonce="{nonce}", qop="auth", algorithm={name}')
        for name in _DIGESTS
        if wanted in ("", name)
    ]
    return Reply.text("who are you?", 401, challenges)


def _digest_holds(call: Call, user: str, password: str) -> bool:
    scheme, _, rest = (call.request.header("authorization") or "").partition(" ")
    if scheme.lower() != "digest":
        return False
    given = parse_keqv_list(parse_http_list(rest))
    digest = _DIGESTS.get(given.get("algorithm", "MD5"))
    nonce, count = given.get("nonce", ""), int(given.get("nc", "0"), 16)
    if digest is None or count <= call.memory.nonces.get(nonce, count):
        return False
    if int(call.param("uses", "0")) and count > int(call.param("uses")):
        return False
    if (given.get("username"), given.get("uri"), given.get("qop")) != (user, call.request.target, "auth"):
        return False
    secret = digest(f"{user}:{_REALM}:{password}".encode())
    asked = digest(f"{call.request.method}:{given['uri']}".encode())
    middle = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    if given.get("response") != digest(f"{secret}:{middle}:{asked}".encode()):
        return False
    call.memory.nonces[nonce] = count
    return True
