"""Proofs that a server hands out: sessions by a login form, tokens by OAuth 2.0."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from .base import Model
from .checks import Check
from .quantity import Duration, PositiveDuration

Scalar = str | int | float | bool
Share = Literal["user", "run"]


def _there(url: str) -> str:
    if not url.strip():
        raise ValueError("the URL is empty")
    return url


class FormLogin(Model):
    """What a browser does at a login page; the cookies that come of it are the user's.

    It is done before the first request that needs it, and once more after an answer with status 401.
    """

    login_url: str
    """Where the form is sent, by POST."""
    username: str
    password: SecretStr
    username_field: str = "username"
    password_field: str = "password"  # noqa: S105
    fields: dict[str, Scalar] = {}
    """Further fields of the form."""
    csrf_field: str | None = None
    """A hidden field, or a meta element, of the login page, whose value is sent along under the same name."""
    page_url: str | None = None
    """The login page that holds ``csrf_field``; by default ``login_url``."""
    success_indicator: str | None = None
    """A text that the body of the last answer holds when the login worked."""
    checks: tuple[Check, ...] = ()
    """What holds of the last answer when the login worked."""
    redirects: int = Field(5, ge=0, le=50)
    """How many redirects to follow after the form was sent."""
    timeout: PositiveDuration | None = None

    _urls = field_validator("login_url", "page_url")(_there)

    @model_validator(mode="after")
    def _tells_success(self) -> Self:
        if self.success_indicator is None and not self.checks:
            raise ValueError(
                "a login page may answer 200 to a wrong password: say with success_indicator or checks how a login "
                "that worked is told"
            )
        if self.page_url is not None and self.csrf_field is None:
            raise ValueError("page_url is where csrf_field is found, and there is none")
        return self


class FormAuth(Model):
    """A login form."""

    form: FormLogin


class OAuth2(Model):
    """A token by one of the grants of RFC 6749 without a browser, sent as ``Authorization: Bearer``.

    It is fetched before the first request that needs it, again before it expires, and once after an answer with
    status 401; by its refresh token where the server gave one.
    """

    token_url: str
    grant: Literal["client_credentials", "password", "refresh_token"] = "client_credentials"
    client_id: str | None = None
    client_secret: SecretStr | None = None
    client_auth: Literal["basic", "body"] = "basic"
    """How the client proves who it is: by HTTP Basic, or by fields of the body."""
    username: str | None = None
    password: SecretStr | None = None
    refresh_token: SecretStr | None = None
    scope: str | tuple[str, ...] = ()
    params: dict[str, Scalar] = {}
    """Further fields of the token request, such as ``audience``."""
    share: Share = "user"
    """Each user has a token of its own, or all users of the run have one."""
    margin: Duration = 10.0
    """A token is fetched anew so long before it expires, though not before half of its life."""
    timeout: PositiveDuration | None = None

    _url = field_validator("token_url")(_there)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {
            "client_credentials": ("client_id", "client_secret"),
            "password": ("username", "password"),
            "refresh_token": ("refresh_token",),
        }[self.grant]
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"the grant {self.grant} needs {' and '.join(missing)}")
        others = {"username", "password", "refresh_token"} - set(needed)
        if given := sorted(name for name in others if getattr(self, name) is not None):
            raise ValueError(f"the grant {self.grant} does not use {' and '.join(given)}")
        if self.client_secret is not None and self.client_id is None:
            raise ValueError("client_secret needs client_id")
        return self


class OAuth2Auth(Model):
    """OAuth 2.0."""

    oauth2: OAuth2
