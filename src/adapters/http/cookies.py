"""A cookie jar as browsers have it (RFC 6265 and its revision, draft-ietf-httpbis-rfc6265bis).

What differs from a browser: there is no list of public suffixes, so that only a domain of one label (``com``) is taken
for one; SameSite and HttpOnly do not matter, for there are neither pages nor scripts. As in browsers, this machine
(``localhost``, ``127.0.0.1``, ``[::1]``) counts as secure without TLS.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import NamedTuple
from urllib.parse import urlsplit

from .cookie_dates import cookie_date

MAX_COOKIE_BYTES = 4096
"""The most bytes of a name and a value together; a larger cookie is ignored."""
MAX_ATTRIBUTE_BYTES = 1024
"""The most bytes of an attribute's value; a larger one is ignored."""
MAX_PER_DOMAIN = 180
"""Of more cookies of one domain the oldest is dropped."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MAX_AGE = re.compile(r"-?\d+", re.ASCII)
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_WHITE = " \t"


class _Place(NamedTuple):
    """Where a request goes, as cookies see it."""

    host: str
    path: str
    secure: bool


@dataclass(slots=True)
class Cookie:
    """A stored cookie; ``expires_at`` in seconds since the epoch, infinity for a session cookie."""

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    expires_at: float

    def fits(self, place: _Place) -> bool:
        """Whether it goes with a request, its age apart."""
        if self.secure and not place.secure:
            return False
        in_domain = place.host == self.domain if self.host_only else _in_domain(place.host, self.domain)
        return in_domain and _in_path(place.path, self.path)


class CookieJar:
    """The cookies of one user."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._cookies: dict[tuple[str, bool, str, str], Cookie] = {}
        self._clock = clock

    def __len__(self) -> int:
        return len(self._cookies)

    def clear(self) -> None:
        """Forgets every cookie."""
        self._cookies.clear()

    def store(self, url: str, header: str) -> None:
        """Keeps the cookie of one Set-Cookie header of an answer to ``url``, if it may be set there.

        The header's bytes are read as latin-1; what ``header_for`` gives has them when it is written as UTF-8 with
        ``surrogateescape``.
        """
        place, now = _place(url), self._clock()
        cookie = _parsed(place, header if header.isascii() else _as_sent(header), now)
        if cookie is None or (not cookie.secure and not place.secure and self._overlays(cookie)):
            return
        key = (cookie.domain, cookie.host_only, cookie.path, cookie.name)
        if cookie.expires_at <= now:
            self._cookies.pop(key, None)
            return
        self._cookies[key] = cookie  # one that was there keeps its place in the order
        if len(self._cookies) > MAX_PER_DOMAIN:
            self._bound(cookie.domain)

    def header_for(self, url: str, own: str | None = None) -> str | None:
        """The value of the Cookie header for a request to ``url``, or None.

        ``own`` is what the request has itself; it comes first, and a cookie of the same name is left out.
        """
        if not self._cookies:
            return own
        place, now = _place(url), self._clock()
        fitting = [
            cookie for cookie in self._cookies.values() if cookie.expires_at > now and cookie.fits(place)
        ]
        if own is not None:
            names = {pair.partition("=")[0].strip() for pair in own.split(";")}
            fitting = [cookie for cookie in fitting if cookie.name not in names]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        shown = [f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in fitting]
        return "; ".join([own, *shown] if own else shown) or None

    def _overlays(self, cookie: Cookie) -> bool:
        """Whether a cookie that is not secure would hide one that is."""
        return any(
            other.secure
            and other.name == cookie.name
            and (_in_domain(other.domain, cookie.domain) or _in_domain(cookie.domain, other.domain))
            and _in_path(cookie.path, other.path)
            for other in self._cookies.values()
        )

    def _bound(self, domain: str) -> None:
        keys = [key for key in self._cookies if key[0] == domain]
        for key in keys[: max(0, len(keys) - MAX_PER_DOMAIN)]:
            del self._cookies[key]


def parse_set_cookie(url: str, header: str) -> Cookie | None:
    """The cookie that a Set-Cookie header stands for, None if it may not be set by this URL."""
    return _parsed(_place(url), header, time.time())


def cookie_pair(header: str) -> tuple[str, str]:
    """The name and the value of a Set-Cookie header; the name is empty where there is no ``=``."""
    name, equals, value = header.partition(";")[0].partition("=")
    return (name.strip(_WHITE), value.strip(_WHITE)) if equals else ("", name.strip(_WHITE))


def _parsed(place: _Place, header: str, now: float) -> Cookie | None:
    if _CONTROL.search(header):
        return None
    name, value = cookie_pair(header)
    if not (name or value) or _size(name) + _size(value) > MAX_COOKIE_BYTES:
        return None
    given = _attributes(header)
    domain = given.get("domain", "").removeprefix(".").lower()
    if not domain.isascii() or (domain and not _in_domain(place.host, domain)):
        return None
    if domain and "." not in domain and ":" not in domain:  # as public suffixes are
        if domain != place.host:
            return None
        domain = ""
    path = given.get("path", "")
    secure = "secure" in given
    if (secure and not place.secure) or not _prefix_holds(name or value, given, domain, secure):
        return None
    return Cookie(
        name=name,
        value=value,
        domain=domain or place.host,
        host_only=not domain,
        path=path if path.startswith("/") else _default_path(place.path),
        secure=secure,
        expires_at=_expiry(given, now),
    )


def _attributes(header: str) -> dict[str, str]:
    """The attributes by lower-case name; of those of one name the last counts."""
    found: dict[str, str] = {}
    for item in header.split(";")[1:]:
        name, _, value = item.partition("=")
        if _size(value.strip(_WHITE)) <= MAX_ATTRIBUTE_BYTES:
            found[name.strip(_WHITE).lower()] = value.strip(_WHITE)
    return found


def _prefix_holds(name: str, given: dict[str, str], domain: str, secure: bool) -> bool:
    """Whether a cookie is what the prefix of its name says."""
    lowered = name.lower()
    if lowered.startswith("__secure-"):
        return secure
    if lowered.startswith("__host-"):
        return secure and not given.get("domain") and not domain and given.get("path") == "/"
    return True


def _expiry(given: dict[str, str], now: float) -> float:
    max_age = given.get("max-age", "")
    if _MAX_AGE.fullmatch(max_age):
        seconds = float(max_age)
        return now + seconds if seconds > 0 else -inf
    expires = cookie_date(given["expires"]) if "expires" in given else None
    return inf if expires is None else expires


@lru_cache(maxsize=1024)
def _place(url: str) -> _Place:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return _Place(host, parts.path or "/", parts.scheme == "https" or _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    if host in ("localhost", "::1") or host.endswith(".localhost"):
        return True
    return host.startswith("127.") and _IPV4.fullmatch(host) is not None


def _in_domain(host: str, domain: str) -> bool:
    if host == domain:
        return True
    return host.endswith(f".{domain}") and _IPV4.fullmatch(host) is None and ":" not in host


def _in_path(path: str, cookie_path: str) -> bool:
    if path == cookie_path:
        return True
    return path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _as_sent(header: str) -> str:
    try:
        return header.encode("latin-1").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # it was not read so
        return header


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
