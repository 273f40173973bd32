"""How requests prove who they are; secrets are masked wherever a plan is shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import SecretStr, Tag

from .base import Model
from .union import by_key


class Credentials(Model):
    """A user name and a password; both may hold templates."""

    username: str
    password: SecretStr


class BasicAuth(Model):
    """HTTP Basic (RFC 7617)."""

    basic: Credentials


class DigestAuth(Model):
    """HTTP Digest (RFC 7616): the first request of a user is answered by a challenge."""

    digest: Credentials


class BearerAuth(Model):
    """A bearer token (RFC 6750)."""

    bearer: SecretStr


class ApiKey(Model):
    """A key sent under a name, in a header or in the query."""

    name: str
    value: SecretStr
    where: Literal["header", "query"] = "header"


class ApiKeyAuth(Model):
    """An API key."""

    api_key: ApiKey


Auth = Annotated[
    Annotated[BasicAuth, Tag("basic")]
    | Annotated[DigestAuth, Tag("digest")]
    | Annotated[BearerAuth, Tag("bearer")]
    | Annotated[ApiKeyAuth, Tag("api_key")],
    by_key("auth", {"basic": "basic", "digest": "digest", "bearer": "bearer", "api_key": "api_key"}),
]
