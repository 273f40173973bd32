"""URLs: whether one stands for itself, and whether requests can go to it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .secrets import mask_url

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_absolute(url: str) -> bool:
    """Whether a URL stands for itself, or is not joined to the target because it begins with a placeholder."""
    return url.startswith("${") or _SCHEME.match(url) is not None


def check_url(url: str) -> str:
    """The URL, when it has the scheme http or https and a host; ValueError says what is missing."""
    shown = mask_url(url)
    try:
        parts = urlsplit(url)
    except ValueError:  # its message quotes what may be a password
        raise ValueError(f"{shown!r} has no usable host") from None
    if parts.scheme not in ("http", "https") or "://" not in url:
        raise ValueError(
            f"{shown!r} has no scheme: write http://{shown.split('://')[-1].lstrip('/')} or https://…"
        )
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"{shown!r}: the port is no number from 0 to 65535") from None
    if not host:
        raise ValueError(f"{shown!r} has no host")
    return url
