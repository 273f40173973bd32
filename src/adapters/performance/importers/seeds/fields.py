"""What several tools' files have in common: requests whose texts have placeholders in polyload's own grammar."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...plan.documents import NotData, json_data
from ...plan.secrets import is_secret, mask_text
from ...plan.urls import check_url
from ..bodies import media_type
from ..draft import Draft
from ..shapes import mapping
from ..withheld import Withheld

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ENVIRONMENT = re.compile(r"\$\{\s*env\.(\w{1,60})")
_USER_INFO = re.compile(r"^(https?://)[^/?#\s]*@")
_NOT_HTTP = re.compile(r"(?!https?:)[A-Za-z][\w+.-]*://")


def without_secrets(value: Any, withheld: Withheld, name: str = "") -> Any:
    """A value with placeholders for its secrets; those that are placeholders already stay."""
    match value:
        case dict():
            return {str(key): without_secrets(item, withheld, str(key)) for key, item in value.items()}
        case list():
            return [without_secrets(item, withheld, name) for item in value]
        case bool() | None:
            return value
        case str() | int() | float() if is_secret(name) and value != "":
            return _secret(str(value), name, withheld)
    return value


def _secret(value: str, name: str, withheld: Withheld) -> str:
    if "${" in value:
        return value
    scheme, _, rest = value.partition(" ")
    known = name.lower() == "authorization" and scheme.lower() in ("bearer", "basic", "token") and rest
    return f"{scheme} {withheld(rest.strip(), scheme)}" if known else withheld(value, name)


def header_fields(given: Any, withheld: Withheld) -> dict[str, str]:
    """Headers that can be sent, each on one line."""
    found = {str(name).strip(): value for name, value in mapping(given).items()}
    return {
        name: " ".join(str(without_secrets(scalar(value), withheld, name)).replace("\0", "").split())
        for name, value in found.items()
        if _TOKEN.fullmatch(name) and not isinstance(value, dict | list) and value is not None
    }


def scalar(value: Any) -> str | int | float | bool:
    """A value that is sent as text; what is none is shown as text."""
    return value if isinstance(value, str | int | float | bool) else str(value)


def text_body(
    text: str, headers: dict[str, str], withheld: Withheld, draft: Draft, label: str
) -> dict[str, Any]:
    """The body field for a text with this content type: ``json`` where it is JSON that no placeholder is part of."""
    kind = next((media_type(value) for name, value in headers.items() if name.lower() == "content-type"), "")
    if "${" not in text and (kind == "application/json" or (not kind and text[:1] in ("{", "["))):
        try:
            value = json_data(text)
        except NotData:
            value = None
        if value is not None:
            for name in [name for name in headers if name.lower() == "content-type"]:
                del headers[name]
            return {"json": without_secrets(value, withheld)}
    if mask_text(text) != text:
        draft.note(
            f"{label}: its body holds what looks like a secret, and is left out: write it with a placeholder"
        )
        return {}
    return {"body": text}


def usable_url(url: Any) -> str:
    """A URL that a plan takes: absolute, a path, or one that begins with a placeholder; else nothing.

    Without the user name and the password before its host, see `note_credentials`.
    """
    text = _USER_INFO.sub(r"\1", " ".join(url.split())) if isinstance(url, str) else ""
    if not text or _NOT_HTTP.match(text):
        return ""
    if "://" in text and not text.startswith("${"):
        try:
            check_url(text)
        except ValueError:
            return ""
    return text


def note_credentials(urls: Iterable[Any], draft: Draft) -> None:
    """Tell of user names and passwords in URLs."""
    if any(isinstance(url, str) and _USER_INFO.match(url) for url in urls):
        draft.note("user names and passwords in URLs are left out: give the requests an auth")


def origin_of(url: str) -> str:
    """``https://shop.example`` of an absolute URL, nothing of others."""
    parts = urlsplit(url) if "://" in url and not url.startswith("${") else None
    return f"{parts.scheme}://{parts.netloc}" if parts else ""


def under(target: str, url: str) -> str:
    """A URL as a path, when it is one of the target's."""
    base = target.rstrip("/")
    if base and (url == base or url.startswith((f"{base}/", f"{base}?"))):
        rest = url.removeprefix(base)
        return rest if rest.startswith("/") else f"/{rest}"
    return url


def note_environment(draft: Draft, withheld: Withheld) -> None:
    """Tell which environment variables the file itself asks for: whoever wrote it gets to see them."""
    asked = dict.fromkeys(_ENVIRONMENT.findall(json.dumps(draft.plan, default=str)))
    names = [name for name in asked if name not in withheld.variables]
    if names:
        draft.note(
            f"the file asks for the environment variables {', '.join(names[:12])}, and a run sends them"
        )


def note_unknown(draft: Draft, given: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Name what is not carried over."""
    names = [str(name)[:40] for name in given if name not in set(known)]
    if names:
        draft.note(f"{where}: not carried over: {', '.join(names[:12])}" + (" …" if len(names) > 12 else ""))
