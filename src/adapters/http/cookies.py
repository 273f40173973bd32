"""A cookie jar by RFC 6265: domain, path, expiry and Secure decide which cookies go with a request."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit


@dataclass(slots=True)
class Cookie:
    """A stored cookie; ``expires_at`` in seconds since the epoch, None for a session cookie."""

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    expires_at: float | None


class CookieJar:
    """The cookies of one user."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def __len__(self) -> int:
        return len(self._cookies)

    def clear(self) -> None:
        """Forgets every cookie."""
        self._cookies.clear()

    def store(self, url: str, header: str) -> None:
        """Keeps the cookie of one Set-Cookie header of an answer to ``url``, if it may be set there."""
        cookie = parse_set_cookie(url, header)
        if cookie is None:
            return
        key = (cookie.domain, cookie.path, cookie.name)
        if cookie.expires_at is not None and cookie.expires_at <= time.time():
            self._cookies.pop(key, None)
        else:
            self._cookies[key] = cookie

    def header_for(self, url: str) -> str | None:
        """The value of the Cookie header for a request to ``url``, longer paths first, or None."""
        if not self._cookies:
            return None
        parts = urlsplit(url)
        host, path, secure = (parts.hostname or "").lower(), parts.path or "/", parts.scheme == "https"
        now = time.time()
        fitting = [
            cookie
            for cookie in self._cookies.values()
            if (host == cookie.domain or (not cookie.host_only and _in_domain(host, cookie.domain)))
            and _in_path(path, cookie.path)
            and (secure or not cookie.secure)
            and (cookie.expires_at is None or cookie.expires_at > now)
        ]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting) or None


def parse_set_cookie(url: str, header: str) -> Cookie | None:
    """The cookie that a Set-Cookie header stands for (RFC 6265, section 5.2), None if it may not be set by this URL."""
    pair, *attributes = header.split(";")
    name, equals, value = pair.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    given = {
        key.strip().lower(): text.strip() for key, _, text in (item.partition("=") for item in attributes)
    }
    domain = given.get("domain", "").lstrip(".").lower()
    if domain and domain != host and not _in_domain(host, domain):
        return None
    path = given.get("path", "")
    return Cookie(
        name=name,
        value=value,
        domain=domain or host,
        host_only=not domain,
        path=path if path.startswith("/") else _default_path(parts.path),
        secure="secure" in given,
        expires_at=_expiry(given),
    )


def cookie_pair(header: str) -> tuple[str, str]:
    """The name and the value of a Set-Cookie header."""
    name, _, value = header.partition(";")[0].partition("=")
    return name.strip(), value.strip()


def _expiry(given: dict[str, str]) -> float | None:
    if "max-age" in given:
        try:
            return time.time() + int(given["max-age"])
        except ValueError:
            pass
    if "expires" in given:
        try:
            return parsedate_to_datetime(given["expires"].replace("-", " ")).timestamp()
        except ValueError:
            return None
    return None


def _in_domain(host: str, domain: str) -> bool:
    return host.endswith(f".{domain}") and not host.replace(".", "").isdigit()


def _in_path(path: str, cookie_path: str) -> bool:
    if path == cookie_path:
        return True
    return path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"
