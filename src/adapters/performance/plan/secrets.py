"""Which names stand for secrets, and what is shown in their place."""

from __future__ import annotations

import re

MASK = "**********"
_SECRET_NAME = re.compile(
    r"authorization|cookie|pass(word|wd|phrase)?$|secret|token|api[-_]?key|credential|private[-_]?key|signature",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"^([\w.+-]+://[^/?#@:]*):[^/?#@]*@")
_QUERY_PAIR = re.compile(r"([?&])([^=&#]+)=([^&#]*)")


def is_secret(name: str) -> bool:
    """Whether a value under this name is not to be shown."""
    return bool(_SECRET_NAME.search(name))


def mask_url(url: str) -> str:
    """The URL without the password of its user part and without the values of secret names in its query."""
    return _QUERY_PAIR.sub(_mask_pair, _USER_INFO.sub(rf"\1:{MASK}@", url))


def _mask_pair(match: re.Match[str]) -> str:
    separator, name, value = match.groups()
    shown = MASK if is_secret(name) and not value.startswith("${") else value
    return f"{separator}{name}={shown}"
