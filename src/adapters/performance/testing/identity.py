"""Tokens by OAuth 2.0 and sessions by a login form, as real servers hand them out. Each is a path of the server."""

from __future__ import annotations

import base64
import secrets
import time
from math import inf
from urllib.parse import parse_qsl, unquote_plus

from .auth import bearer
from .messages import Reply, SeenRequest
from .routing import Call, Grant, path

CLIENT, CLIENT_SECRET = "app 1", "s3cret/app"
"""The one client that may have tokens."""


def password_of(username: str) -> str:
    """The password of a user; everybody is known."""
    return f"pw-{username}"


def _fields(request: SeenRequest) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def _client_is_known(request: SeenRequest, fields: dict[str, str]) -> bool:
    scheme, _, given = (request.header("authorization") or "").partition(" ")
    if scheme.lower() == "basic":
        name, _, secret = base64.b64decode(given).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, CLIENT_SECRET)
    return (fields.get("client_id"), fields.get("client_secret")) == (CLIENT, CLIENT_SECRET)


def _hand_out(call: Call, kind: str, who: str, lasts_s: float = inf) -> str:
    text = f"{kind}-{len(call.memory.grants) + 1}-{secrets.token_hex(8)}"
    call.memory.grants[text] = Grant(kind, who, time.monotonic() + lasts_s)
    return text


def _held(call: Call, kind: str, text: str | None) -> Grant | None:
    grant = call.memory.grants.get(text or "")
    valid = grant is not None and grant.kind == kind and time.monotonic() < grant.expires_s
    return grant if valid else None


@path("/oauth/token?expires=SECONDS&refresh=1&fail=N&delay=MS")
def oauth_token(call: Call) -> Reply:
    """POST: a token by client_credentials, password or refresh_token; the first N requests fail with 503."""
    if call.request.method != "POST":
        return Reply.text("POST only", 405, [("Allow", "POST")])
    if call.memory.hit(call.request.path) <= int(call.param("fail", "0")):
        return Reply.json({"error": "temporarily_unavailable"}, 503)
    fields = _fields(call.request)
    if not _client_is_known(call.request, fields):
        return Reply.json({"error": "invalid_client"}, 401, [("WWW-Authenticate", "Basic")])
    who = _asked_for(call, fields)
    if who is None:
        return Reply.json({"error": "invalid_grant"}, 400)
    expires = call.param("expires")
    told: dict[str, str | float] = {
        "access_token": _hand_out(call, "access", who, float(expires or inf)),
        "token_type": "Bearer",
    }
    if expires:
        told["expires_in"] = float(expires)
    if call.param("refresh"):
        told["refresh_token"] = _hand_out(call, "refresh", who)
    reply = Reply.json(told, headers=[("Cache-Control", "no-store")])
    reply.delay_s = float(call.param("delay", "0")) / 1000
    return reply


def _asked_for(call: Call, fields: dict[str, str]) -> str | None:
    """Whom a token is to stand for; None if what was given does not allow it."""
    match fields.get("grant_type"):
        case "client_credentials":
            return CLIENT
        case "password":
            username = fields.get("username", "")
            return username if fields.get("password") == password_of(username) else None
        case "refresh_token":
            grant = _held(call, "refresh", fields.get("refresh_token"))
            if grant is None:
                return "first" if fields.get("refresh_token") == "refresh-from-before" else None
            del call.memory.grants[fields["refresh_token"]]
            return grant.who
    return None


@path("/oauth/protected")
def oauth_protected(call: Call) -> Reply:
    """200 with whom a token of /oauth/token stands for, else 401."""
    grant = _held(call, "access", bearer(call.request))
    if grant is None:
        return Reply.text("no valid token", 401, [("WWW-Authenticate", 'Bearer error="invalid_token"')])
    return Reply.json({"who": grant.who})


@path("/oauth/revoke")
def oauth_revoke(call: Call) -> Reply:
    """Revokes every access token, not the refresh tokens."""
    grants = call.memory.grants
    for text in [text for text, grant in grants.items() if grant.kind == "access"]:
        del grants[text]
    return Reply.text("revoked")


@path("/form/login")
def form_login(call: Call) -> Reply:
    """GET: a page with a hidden field; POST with it, username and password ("pw-" and the name): to /form/home."""
    if call.request.method != "POST":
        token = _hand_out(call, "csrf", "")
        hidden = f"<INPUT value=\"{token}&amp;x\" type=hidden name='csrf_token'>"
        page = f'<html><form>{hidden}<input name="username"></form>'
        cookie = ("Set-Cookie", f"visitor={token}; Path=/form; HttpOnly")
        return Reply(200, (("Content-Type", "text/html; charset=utf-8"), cookie), page.encode())
    fields, visitor = _fields(call.request), call.request.cookies.get("visitor")
    if _held(call, "csrf", visitor) is None or fields.get("csrf_token") != f"{visitor}&x":
        return Reply.text("the form has expired", 403)
    username = fields.get("username", "")
    if fields.get("password") != password_of(username):
        return Reply.text("wrong user name or password")
    session = _hand_out(call, "session", username, float(call.param("expires") or inf))
    cookie = ("Set-Cookie", f"sid={session}; Path=/; HttpOnly; SameSite=Lax")
    return Reply.text("in", 303, [("Location", "/form/home"), cookie])


@path("/form/home")
def form_home(call: Call) -> Reply:
    """200 and a welcome for a session of /form/login, else 401."""
    grant = _held(call, "session", call.request.cookies.get("sid"))
    return Reply.text("log in first", 401) if grant is None else Reply.text(f"Welcome {grant.who}")
