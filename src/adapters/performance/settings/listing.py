"""All settings with where each came from, as they may be shown: secrets are masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..plan.masking import public_data
from ..plan.quantity import format_duration
from ..plan.secrets import MASK, is_secret, mask_url
from .model import NO_TIMEOUT_S
from .profiles import BUILT_IN, profile_in_words
from .resolve import NOT_YET, Resolved
from .sources import BUILT_IN as BUILT_IN_ORIGIN
from .sources import Origin
from .variables import Key, keys

_DURATIONS = {("default_duration",), ("default_ramp_up",), ("timeout",)}
_URLS = {("target", "base_url"), ("history", "url"), ("log_service", "url")}


@dataclass(frozen=True, slots=True)
class Row:
    """A setting: its key, its value as JSON data with secrets masked, the same in words, and where it came from."""

    key: str
    value: Any
    words: str
    origin: Origin


def rows(resolved: Resolved) -> Iterator[Row]:
    """Every setting in the order of the model; profiles one by one, those built in last."""
    for key in keys():
        if key[0] in NOT_YET:
            continue
        if key == ("profiles",):
            yield from _profiles(resolved)
            continue
        value = _value(resolved, key)
        origin = resolved.origin(*key)
        shown = _public(key, value, origin)
        yield Row(".".join(key), shown, _words(key, shown), origin)


def _profiles(resolved: Resolved) -> Iterator[Row]:
    own = resolved.settings.profiles
    for name, profile in {**own, **{n: p for n, p in BUILT_IN.items() if n not in own}}.items():
        origin = resolved.origin("profiles", name)
        words = MASK if origin.secret else profile_in_words(profile)
        value = MASK if origin.secret else profile.model_dump(mode="json", exclude_defaults=True)
        yield Row(f"profiles.{name}", value, words, origin)


def _value(resolved: Resolved, key: Key) -> Any:
    value: Any = resolved.settings
    for name in key:
        value = getattr(value, name)
    return list(value) if isinstance(value, tuple) else value


def _public(key: Key, value: Any, origin: Origin) -> Any:
    if value is None or value in ([], {}):
        return value
    if key in (("requests",), ("variables",)):
        return public_data(value)
    if is_secret(key[-1]) and key[-1] != "api_key_header":
        return MASK
    if key in _URLS:
        return mask_url(_without_secrets(value, origin))
    return MASK if origin.secret else value


def _without_secrets(url: str, origin: Origin) -> str:
    """A URL into which a secret was filled is shown only when it is masked as the password of the URL."""
    return url if not origin.secret or mask_url(url) != url else MASK


def _words(key: Key, value: Any) -> str:
    if value is None or value in ([], {}):
        return "–"
    if key == ("requests",):
        return ", ".join(f"{request.get('method', 'GET')} {request.get('url')}" for request in value)
    if key in _DURATIONS and isinstance(value, float):
        return "none (a day)" if key == ("timeout",) and value == NO_TIMEOUT_S else format_duration(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def document(resolved: Resolved) -> dict[str, Any]:
    """The settings as JSON data."""

    def read(found: Any) -> dict[str, str] | None:
        return None if found is None else {"path": str(found[0]), "why": found[1]}

    return {
        "schema": "polyload.settings/1",
        "file": read(resolved.file),
        "env_file": read(resolved.env_file),
        "other_sections": list(resolved.others),
        "remarks": list(resolved.remarks),
        "settings": [
            {
                "key": row.key,
                "value": row.value,
                "source": row.origin.kind,
                "from": None if row.origin == BUILT_IN_ORIGIN else row.origin.text,
                "variables": list(row.origin.variables),
            }
            for row in rows(resolved)
        ],
    }
