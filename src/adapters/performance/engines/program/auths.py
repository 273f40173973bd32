"""Auths as program entries: what a request sends of its own accord, and what must be had or made before it is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ...errors import PlanError
from ...plan.auth import ApiKey, Auth, BasicAuth, BearerAuth, DigestAuth, NoAuth, kind_of
from ...plan.checks import BodyCheck, BodyTest, StatusCheck
from ...plan.extract import InputExtract, JsonExtract, StatusExtract
from ...plan.logins import FormAuth, FormLogin, OAuth2, OAuth2Auth
from ...plan.model import Plan, Scenario
from ...plan.secrets import mask_url
from ...plan.signing import CustomAuth, HmacAuth, SigV4Auth
from ...plan.steps import Request
from .texts import Text, Texts

Entry = dict[str, Any]
_BY_HEADER = ("basic", "bearer", "digest", "oauth2", "sigv4", "custom")
_FORBIDDEN = "\r\n\0"


@dataclass(slots=True)
class Proofs:
    """What an auth comes to for one request: headers, parameters and cookies as texts; ``number`` of its entry."""

    headers: list[tuple[str, Text]] = field(default_factory=list)
    query: dict[str, str] = field(default_factory=dict)
    cookies: list[Text] = field(default_factory=list)
    number: int | None = None


class Auths:
    """The auths of a plan; ``entries`` are those that engines have to do something for.

    ``compile_step`` makes the program's step of a request that is the auth's own.
    """

    def __init__(self, plan: Plan, texts: Texts, compile_step: Callable[[Request], Entry]) -> None:
        self._plan = plan
        self._texts = texts
        self._compile_step = compile_step
        self._known: list[Auth] = []
        self.entries: list[Entry] = []

    def of(self, step: Request, scenario: Scenario | None) -> Proofs:
        """What proves who sends a request: the nearest auth that is said, unless the request has its own header."""
        auth = step.auth
        if auth is None:
            auth = (scenario.auth if scenario is not None else None) or self._plan.auth
            own = any(name.lower() == "authorization" for name in step.headers)
            if auth is not None and own and kind_of(auth) in _BY_HEADER:
                return Proofs()
        return Proofs() if auth is None else self._proofs(auth)

    def _proofs(self, auth: Auth) -> Proofs:
        texts = self._texts
        match auth:
            case NoAuth():
                return Proofs()
            case BasicAuth(basic=given):
                return Proofs(
                    [("Authorization", texts.basic(given.username, given.password.get_secret_value()))]
                )
            case BearerAuth(bearer=token):
                return Proofs([("Authorization", texts.plain(f"Bearer {token.get_secret_value()}"))])
        if hasattr(auth, "api_key"):
            return self._key(auth.api_key)
        number = self._number(auth)
        if isinstance(auth, OAuth2Auth):
            return Proofs(
                [("Authorization", texts.plain(f"Bearer ${{{_name(number, 'token')}}}"))], number=number
            )
        return Proofs(number=number)

    def _key(self, key: ApiKey) -> Proofs:
        value = key.value.get_secret_value()
        match key.where:
            case "query":
                return Proofs(query={key.name: value})
            case "cookie":
                return Proofs(cookies=[self._texts.plain(f"{key.name}={value}")])
        return Proofs([(key.name, self._texts.plain(value))])

    def _number(self, auth: Auth) -> int:
        """The number of an auth's entry; the same auth has the same, wherever it stands."""
        if auth not in self._known:
            self._known.append(auth)
            number = len(self.entries)
            self.entries.append({})
            self.entries[number] = {"number": number, **self._entry(auth, number)}
        return self._known.index(auth)

    def _entry(self, auth: Auth, number: int) -> Entry:
        plain = self._texts.plain
        match auth:
            case DigestAuth(digest=given):
                names = plain(given.username), plain(given.password.get_secret_value())
                return {
                    "kind": "digest",
                    "username": names[0],
                    "password": names[1],
                    "name": "digest challenge",
                }
            case SigV4Auth(sigv4=given):
                token = given.session_token
                return {
                    "kind": "sigv4",
                    "access_key": plain(given.access_key),
                    "secret_key": plain(given.secret_key.get_secret_value()),
                    "session_token": None if token is None else plain(token.get_secret_value()),
                    "region": plain(given.region),
                    "service": plain(given.service),
                }
            case HmacAuth(hmac=given):
                texts = {"key": plain(given.key.get_secret_value()), "key_id": plain(given.key_id)}
                return {"kind": "hmac", **given.model_dump(exclude={"key", "key_id"}), **texts}
            case CustomAuth(custom=path):
                return {"kind": "custom", "custom": path, "folder": os.getcwd()}  # noqa: PTH109
            case FormAuth(form=form):
                return self._form(form, number)
            case OAuth2Auth(oauth2=oauth2):
                return self._oauth2(oauth2, number)
        raise AssertionError(f"no entry for {kind_of(auth)}")

    # Logins

    def _form(self, form: FormLogin, number: int) -> Entry:
        done = _name(number, "done")
        fields: dict[str, Any] = {form.username_field: form.username}
        fields |= {form.password_field: form.password.get_secret_value(), **form.fields}
        steps = []
        if form.csrf_field is not None:
            page = form.page_url or form.login_url
            csrf = _name(number, "csrf")
            step = self._step(
                f"login page {mask_url(page)}",
                done,
                url=page,
                timeout=form.timeout,
                redirects=form.redirects,
                extract={csrf: InputExtract(input=form.csrf_field)},
            )
            steps.append(step)
            fields[form.csrf_field] = f"${{{csrf}}}"
        checks = list(form.checks)
        if form.success_indicator is not None:
            checks.append(BodyCheck(body=BodyTest(contains=form.success_indicator)))
        login = {"url": form.login_url, "method": "POST", "form": fields, "checks": tuple(checks)}
        steps.append(
            self._step(
                f"login {mask_url(form.login_url)}",
                done,
                **login,
                timeout=form.timeout,
                redirects=form.redirects,
            )
        )
        return {
            **_token(number, steps, None),
            "per_iteration": self._plan.options.cookies == "iteration",
            "failure": f"no login at {mask_url(form.login_url)}",
        }

    def _oauth2(self, oauth2: OAuth2, number: int) -> Entry:
        refresh_variable = _name(number, "refresh_token")
        refresh = self._grant(
            oauth2, number, {"grant_type": "refresh_token", "refresh_token": f"${{{refresh_variable}}}"}
        )
        fetch: list[Entry] = []
        if oauth2.grant == "password":
            password = oauth2.password.get_secret_value() if oauth2.password else ""
            fields = {"grant_type": "password", "username": oauth2.username, "password": password}
            fetch = [self._grant(oauth2, number, fields)]
        elif oauth2.grant == "client_credentials":
            fetch = [self._grant(oauth2, number, {"grant_type": "client_credentials"})]
        entry = {
            **_token(number, fetch, [refresh]),
            "share": oauth2.share,
            "margin_s": oauth2.margin,
            "lends": [_name(number, "token")],
            "failure": f"no token from {mask_url(oauth2.token_url)}",
        }
        if oauth2.refresh_token is not None:
            entry["refresh_token"] = self._texts.plain(oauth2.refresh_token.get_secret_value())
        if oauth2.share == "run":
            _same_for_all(entry, self._plan)
        return entry

    def _grant(self, oauth2: OAuth2, number: int, fields: dict[str, Any]) -> Entry:
        scope = oauth2.scope if isinstance(oauth2.scope, str) else " ".join(oauth2.scope)
        fields = {**fields, **({"scope": scope} if scope else {}), **oauth2.params}
        secret = oauth2.client_secret.get_secret_value() if oauth2.client_secret else None
        by_basic = secret is not None and oauth2.client_auth == "basic"
        if oauth2.client_id is not None and not by_basic:
            fields |= {
                "client_id": oauth2.client_id,
                **({"client_secret": secret} if secret is not None else {}),
            }
        what = "refresh" if fields["grant_type"] == "refresh_token" else "token"
        step = self._step(
            f"{what} {mask_url(oauth2.token_url)}",
            _name(number, "done"),
            url=oauth2.token_url,
            method="POST",
            form=fields,
            headers={"Accept": "application/json"},
            timeout=oauth2.timeout,
            redirects=0,
            checks=(StatusCheck(status="2xx"),),
            extract={
                _name(number, "token"): JsonExtract(json_="$.access_token"),
                _name(number, "expires_in"): JsonExtract(json_="$.expires_in", default=""),
                _name(number, "refresh_token"): JsonExtract(json_="$.refresh_token", default=""),
            },
        )
        if by_basic:
            # RFC 6749, section 2.3.1: both are form-encoded first
            basic = self._texts.basic(str(oauth2.client_id), str(secret), "query")
            step["headers"].append(["Authorization", basic])
        return step

    def _step(self, name: str, done: str, **fields: Any) -> Entry:
        """A request of the auth's own; ``done`` gets a value when its answer is as it should be."""
        extract = {**fields.pop("extract", {}), done: StatusExtract(status=True)}
        step = self._compile_step(Request(name=name, extract=extract, **fields))
        return {**step, "run_if": None, "skip_if": None, "retry": None, "on_failure": "continue"}


def check_text(text: Text, where: str) -> None:
    """PlanError if a text that is to be a header's value would break the framing."""
    parts = [text] if isinstance(text, str) else text
    if any(character in part for part in parts if isinstance(part, str) for character in _FORBIDDEN):
        raise PlanError(f"{where} holds a line break or a NUL")


def _token(number: int, fetch: list[Entry], refresh: list[Entry] | None) -> Entry:
    return {
        "kind": "token",
        "share": "user",
        "fetch": fetch,
        "refresh": refresh,
        "refresh_token": None,
        "margin_s": 0.0,
        "lends": [],
        "done": _name(number, "done"),
        "expires_variable": _name(number, "expires_in"),
        "refresh_variable": _name(number, "refresh_token"),
        "per_iteration": False,
    }


def _name(number: int, what: str) -> str:
    """A variable of an auth's own."""
    return f"_auth{number}_{what}"


def _same_for_all(entry: Entry, plan: Plan) -> None:
    """PlanError if what all users share would differ by user."""
    own = entry["done"].removesuffix("done")
    for part in _placeholders([entry["fetch"], entry["refresh"], entry["refresh_token"]]):
        known = part.get("var", "").startswith(own) or part.get("var") in plan.variables
        if not known and "base64" not in part and "call" not in part:
            raise PlanError(
                f"auth.oauth2.share: a token that all users share cannot be asked for with {part['text']}, which each "
                "user has another of"
            )


def _placeholders(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case {"enc": _}:
            yield value
            yield from _placeholders([value.get("base64"), value.get("default")])
        case dict():
            for item in value.values():
                yield from _placeholders(item)
        case list():
            for item in value:
                yield from _placeholders(item)
