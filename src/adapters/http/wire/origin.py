"""Where requests go: the origin of a URL, and what is asked for there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from ..errors import WireError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests go: scheme, host and port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The value of a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def split_url(url: str) -> tuple[Origin, str]:
    """The origin of an absolute URL and the target of a request for it; WireError (protocol) if it is not one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WireError("protocol", f"not a URL: {url!r}: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise WireError("protocol", f"not an http or https URL: {url!r}")
    target = parts.path or "/"
    if parts.query or "?" in url.partition("#")[0]:
        target += f"?{parts.query}"
    return _origin(parts.scheme, parts.hostname, port or _PORTS[parts.scheme]), target


@lru_cache(maxsize=1024)
def _origin(scheme: str, host: str, port: int) -> Origin:
    """The same object for the same origin, so that a sender finds its connection without looking for it."""
    return Origin(scheme, host, port)
