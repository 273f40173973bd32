"""How requests prove who they are, as the description says; secrets are environment variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..withheld import variable_name
from . import swagger2
from .document import Document, first_line, listed, mapping, text

_FLOWS = ("clientCredentials", "password", "authorizationCode", "implicit")


@dataclass
class Proof:
    """What a security requirement adds to a request."""

    auth: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


class Security:
    """Makes the proofs of one document.

    ``secret`` makes a placeholder of a variable's name, ``placed`` says where a URL is when requests go elsewhere.
    """

    def __init__(
        self, document: Document, secret: Callable[[str], str], placed: Callable[[str], str]
    ) -> None:
        self._document, self._secret, self._placed = document, secret, placed
        root = document.root
        of_three = mapping(mapping(root.get("components")).get("securitySchemes"))
        self._schemes = of_three or swagger2.security_schemes(root)

    def proof(self, security: Any) -> Proof:
        """What the first of the requirements, any of which is enough, asks for."""
        made = Proof()
        for name in mapping(next(iter(listed(security)), None)):
            scheme = self._document.follow(self._schemes.get(name))
            if not scheme:
                self._document.note(
                    f"the security scheme {first_line(name)} is not described and was left out"
                )
                continue
            self._add(made, name, scheme, listed(mapping(listed(security)[0]).get(name)))
        return made

    def _add(self, made: Proof, name: str, scheme: dict[str, Any], scopes: list[Any]) -> None:
        kind = text(scheme.get("type"))
        if kind == "apiKey":
            self._add_key(made, name, scheme)
        elif kind == "http" and text(scheme.get("scheme")).lower() in ("basic", "digest"):
            self._set(made, {text(scheme["scheme"]).lower(): self._credentials(name)}, name)
        elif kind == "http" and text(scheme.get("scheme")).lower() != "bearer":
            word = first_line(scheme.get("scheme"))
            made.headers["Authorization"] = f"{word} {self._secret(variable_name(name))}".strip()
        elif kind == "mutualTLS":
            self._document.note(
                f"{first_line(name)}: the client shows a certificate; give it as options.tls.client_cert and client_key"
            )
        elif kind in ("http", "oauth2", "openIdConnect"):
            self._set(made, self._token(name, scheme, scopes), name)
        else:
            self._document.note(
                f"a security scheme of the type {first_line(kind)} was left out: {first_line(name)}"
            )

    def _add_key(self, made: Proof, name: str, scheme: dict[str, Any]) -> None:
        where, key = text(scheme.get("in")), text(scheme.get("name")) or name
        value = self._secret(variable_name(key if len(key) > 3 else name))
        if made.auth is None:
            place = {"where": where} if where in ("query", "cookie") else {}
            made.auth = {"api_key": {"name": key, "value": value, **place}}
        elif where == "cookie":
            made.cookies[key] = value
        elif where == "query":
            made.params[key] = value
        else:
            made.headers[key] = value

    def _credentials(self, name: str) -> dict[str, str]:
        base = variable_name(name)
        return {"username": self._secret(f"{base}_USERNAME"), "password": self._secret(f"{base}_PASSWORD")}

    def _token(self, name: str, scheme: dict[str, Any], scopes: list[Any]) -> dict[str, Any]:
        """A token: fetched by the flows that need no browser, else given."""
        base = variable_name(name)
        flows = mapping(scheme.get("flows"))
        kind = next((flow for flow in _FLOWS if flow in flows), "")
        if kind in ("clientCredentials", "password") and (
            place := text(mapping(flows[kind]).get("tokenUrl"))
        ):
            scope = {"scope": " ".join(map(str, scopes))} if scopes else {}
            if kind == "password":
                proof = {"grant": "password", **self._credentials(name)}
            else:
                names = ("client_id", "client_secret")
                proof = {one: self._secret(f"{base}_{one.upper()}") for one in names}
            return {"oauth2": {"token_url": self._placed(place), **proof, **scope}}
        token = base if base.endswith("TOKEN") else f"{base}_TOKEN"
        how = "authorization code" if kind == "authorizationCode" else kind
        if kind:
            flow = mapping(flows[kind])
            place = first_line(flow.get("tokenUrl")) or first_line(flow.get("authorizationUrl"))
            where = f", at {place}" if place else ""
            self._document.note(
                f"{first_line(name)} is OAuth 2.0 ({how}{where}): give a token as {token}"
                + (f", with the scopes {' '.join(map(str, scopes))}" if scopes else "")
            )
        return {"bearer": self._secret(token)}

    def _set(self, made: Proof, auth: dict[str, Any], name: str) -> None:
        if made.auth is None or "api_key" in made.auth:
            if made.auth is not None:  # a key goes along as what it is: a header or a part of the query
                key = made.auth["api_key"]
                places = {"query": made.params, "cookie": made.cookies}
                places.get(key.get("where", ""), made.headers)[key["name"]] = key["value"]
            made.auth = auth
        else:
            self._document.note(f"{first_line(name)} was left out: a request has one way to prove who asks")
