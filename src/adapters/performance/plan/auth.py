"""How requests prove who they are; secrets are masked wherever a plan is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, RootModel, SecretStr, Tag

from .base import Model
from .logins import FormAuth, OAuth2Auth
from .signing import CustomAuth, HmacAuth, SigV4Auth


class Credentials(Model):
    """A user name and a password; both may hold templates."""

    username: str
    password: SecretStr


class BasicAuth(Model):
    """HTTP Basic (RFC 7617)."""

    basic: Credentials


class DigestAuth(Model):
    """HTTP Digest (RFC 7616): a user's first request is answered by a challenge, which is measured apart."""

    digest: Credentials


class BearerAuth(Model):
    """A bearer token (RFC 6750)."""

    bearer: SecretStr


class ApiKey(Model):
    """A key sent under a name, in a header, in the query or as a cookie."""

    name: str
    value: SecretStr
    where: Literal["header", "query", "cookie"] = "header"


class ApiKeyAuth(Model):
    """An API key."""

    api_key: ApiKey


class NoAuth(RootModel[Literal["none"]]):
    """The word ``none``: a request is sent without what its scenario or the plan says."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


_KINDS = ("basic", "digest", "bearer", "api_key", "form", "oauth2", "sigv4", "hmac", "custom")


def _tag(value: Any) -> str | None:
    if isinstance(value, NoAuth) or value == "none":
        return "none"
    given = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
    return next((kind for kind in _KINDS if kind in given), None)


Auth = Annotated[
    Annotated[BasicAuth, Tag("basic")]
    | Annotated[DigestAuth, Tag("digest")]
    | Annotated[BearerAuth, Tag("bearer")]
    | Annotated[ApiKeyAuth, Tag("api_key")]
    | Annotated[FormAuth, Tag("form")]
    | Annotated[OAuth2Auth, Tag("oauth2")]
    | Annotated[SigV4Auth, Tag("sigv4")]
    | Annotated[HmacAuth, Tag("hmac")]
    | Annotated[CustomAuth, Tag("custom")]
    | Annotated[NoAuth, Tag("none")],
    Discriminator(
        _tag,
        custom_error_type="no_such_kind",
        custom_error_message=f"auth needs one of: {', '.join(_KINDS)}; or the word none",
    ),
]


def kind_of(auth: Any) -> str:
    """The kind of an auth: the name of its one field, or ``none``."""
    return "none" if isinstance(auth, NoAuth) else next(iter(type(auth).model_fields))


def login_urls(auth: Any) -> list[str]:
    """The URLs of the requests that an auth makes itself."""
    match auth:
        case FormAuth(form=form):
            return [form.login_url, *([form.page_url] if form.page_url else [])]
        case OAuth2Auth(oauth2=oauth2):
            return [oauth2.token_url]
    return []
