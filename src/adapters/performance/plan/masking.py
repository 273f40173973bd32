"""A plan as it may be shown: secrets are replaced wherever they are named as such."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .model import Plan

MASK = "**********"
_SECRET_NAME = re.compile(
    r"authorization|cookie|pass(word|wd|phrase)?$|secret|token|api[-_]?key|credential|private[-_]?key|signature",
    re.IGNORECASE,
)
_NAMED_VALUES = ("headers", "params", "form", "variables")


def public_dict(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data, without defaults and with secrets masked."""
    shown: dict[str, Any] = _mask(plan.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    return shown


def is_secret(name: str) -> bool:
    """Whether a value under this name is not to be shown."""
    return bool(_SECRET_NAME.search(name))


def mask_url(url: str) -> str:
    """The URL with the password of its user part replaced."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.split(':')[0]}:{MASK}@{host}"))


def _mask(value: Any, under: str = "") -> Any:
    if isinstance(value, dict):
        return {key: MASK if _hides(key, item, under) else _mask(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_mask(item, under) for item in value]
    if isinstance(value, str) and under in ("url", "target"):
        return mask_url(value)
    return value


def _hides(key: str, value: Any, under: str) -> bool:
    template = isinstance(value, str) and value.startswith("${")
    return is_secret(key) and not template and (under in _NAMED_VALUES or under == "json")
