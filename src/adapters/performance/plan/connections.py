"""How connections are kept, and from where and through what they are made."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from .base import Model
from .quantity import PositiveDuration


class KeepAlive(Model):
    """How connections are kept between requests."""

    shared: int | None = Field(None, ge=1)
    """All users share at most so many connections to each origin, in turn; otherwise each user has its own.
    With several processes the number is divided among them, and each process's users share its part."""
    idle_timeout: PositiveDuration | None = None
    """A connection that was idle for longer is closed, at the latest when it would be used again."""


def _addresses(given: object) -> object:
    return (given,) if isinstance(given, str) else given


def _usable(addresses: tuple[str, ...]) -> tuple[str, ...]:
    for address in addresses:
        try:
            ip_address(address)
        except ValueError as error:
            raise ValueError(f"not an IP address: {address!r}; write for example 127.0.0.2") from error
    return addresses


_ONE_OR_MORE = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
LocalAddresses = Annotated[
    tuple[str, ...],
    BeforeValidator(_addresses),
    AfterValidator(_usable),
    WithJsonSchema(_ONE_OR_MORE),
]
"""One IP address of this machine, or several that are dealt to the users in turn."""


def check_proxy(url: str) -> str:
    """The URL of an HTTP proxy as it is; ValueError if it is none."""
    if "${" in url:
        raise ValueError("only ${env.X} can stand in the URL of a proxy")
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query:
        raise ValueError("a proxy is written http://host:port or http://user:password@host:port")
    return url


ProxyUrl = Annotated[str, AfterValidator(lambda url: url if "${" in url else check_proxy(url))]
"""An HTTP proxy, its URL perhaps with ``${env.X}``; its password is masked wherever the plan is shown."""
