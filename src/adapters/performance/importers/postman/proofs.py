"""How Postman's requests prove who asks, as a plan says it; secrets are withheld."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..marks import MarkedSecrets
from ..sending import basic
from .values import as_mapping, as_text, enabled
from .variables import marked

UNKNOWN = "\0"
"""A secret that the file does not hold."""


def proof(auth: Any, told: list[str], secrets: MarkedSecrets) -> dict[str, Any] | None:
    """The ``auth`` of a request; what cannot be taken over is ``told``."""
    kind = as_text(as_mapping(auth).get("type"))
    given = _settings(as_mapping(auth).get(kind))
    match kind:
        case "" | "noauth":
            return None
        case "basic" | "digest":
            return basic(given.get("username", ""), given.get("password", ""), secrets, kind)
        case "bearer":
            return {"bearer": secrets(given.get("token") or UNKNOWN, "token")}
        case "apikey":
            key = given.get("key", "X-API-Key")
            place = {"where": "query"} if given.get("in") == "query" else {}
            return {"api_key": {"name": key, "value": secrets(given.get("value", ""), key), **place}}
        case "oauth2":
            return _oauth2(given, told, secrets)
        case "awsv4" if given.get("accessKey") and given.get("region") and given.get("service"):
            names = {"secret_key": "secretKey", "session_token": "sessionToken"}
            secret = {own: secrets(given[name], own) for own, name in names.items() if given.get(name)}
            plain = {"region": given["region"], "service": given["service"]}
            return {"sigv4": {"access_key": given["accessKey"], **plain, "secret_key": "", **secret}}
    told.append(f"its proof of who asks, of the kind {kind}, was left out")
    return None


def _oauth2(given: dict[str, str], told: list[str], secrets: MarkedSecrets) -> dict[str, Any]:
    place, grant = given.get("accessTokenUrl"), given.get("grant_type")
    client = {"client_id": given.get("clientId", "")}
    if given.get("clientSecret"):
        client["client_secret"] = secrets(given["clientSecret"], "client secret")
    more = {"client_auth": "body"} if given.get("client_authentication") == "body" else {}
    more |= {"scope": given["scope"]} if given.get("scope") else {}
    if place and grant == "client_credentials" and "client_secret" in client:
        return {"oauth2": {"token_url": place, **client, **more}}
    if place and grant == "password_credentials" and given.get("password"):
        who = {
            "username": given.get("username", ""),
            "password": secrets(given["password"], "password"),
        }
        client = client if client["client_id"] else {}
        return {"oauth2": {"token_url": place, "grant": "password", **who, **client, **more}}
    token = secrets(given.get("accessToken") or UNKNOWN, "access token")
    if place:
        told.append(f"OAuth 2.0: a token comes from {place}")
    if given.get("addTokenTo") == "queryParams":
        return {"api_key": {"name": "access_token", "value": token, "where": "query"}}
    prefix = given.get("headerPrefix", "Bearer").strip()
    if prefix.lower() not in ("", "bearer"):
        return {"api_key": {"name": "Authorization", "value": f"{prefix} {token}"}}
    return {"bearer": token}


def _settings(given: Any) -> dict[str, str]:
    """The settings of an auth: a list in v2.1, a mapping in v2.0."""
    if isinstance(given, Mapping):
        return {str(key): marked(as_text(value)) for key, value in given.items()}
    return {as_text(one.get("key")): marked(as_text(one.get("value"))) for one in enabled(given)}
