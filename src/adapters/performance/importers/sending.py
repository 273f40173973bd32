"""Requests that people wrote down, as steps: who asks, what is secret, where most of them go. Texts may hold marks."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..plan.documents import NotData, json_data
from .bodies import media_type
from .marks import MarkedSecrets, has_mark, is_mark

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_THE_CONNECTION = frozenset(("content-length", "connection", "transfer-encoding", "keep-alive"))
_PAIR = re.compile(r"([?&])([^=&#]+)=([^&#]*)")
_ORIGIN = re.compile(r"(?:https?://[^/?#]*|\ue000[^\ue001]*\ue001)", re.IGNORECASE)
_FORM = "application/x-www-form-urlencoded"
_LONGEST_JSON = 1_000_000


def header_fields(pairs: Iterable[tuple[str, str]], secrets: MarkedSecrets) -> dict[str, Any]:
    """``auth`` and ``headers`` for the headers of a request; a name that comes again has its values joined."""
    made: dict[str, Any] = {}
    headers: dict[str, tuple[str, str]] = {}
    for name, value in pairs:
        low, value = name.lower(), " ".join(value.replace("\0", " ").split())
        if low in _OF_THE_CONNECTION or not _TOKEN.fullmatch(name):
            continue
        if low == "authorization" and (auth := authorization(value, secrets)) is not None:
            made["auth"] = auth
            continue
        shown = secrets.if_secret(name, value)
        if low in headers and low != "content-type":
            shown = f"{headers[low][1]}{'; ' if low == 'cookie' else ', '}{shown}"
        headers[low] = (headers.get(low, (name,))[0], shown)
    if headers:
        made["headers"] = dict(headers.values())
    return made


def authorization(value: str, secrets: MarkedSecrets) -> dict[str, Any] | None:
    """The ``auth`` that a header stands for; None when it is of no known kind."""
    scheme, _, rest = value.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return {"bearer": secrets(rest, "token")}
    if scheme.lower() == "basic" and rest and not has_mark(rest):
        try:
            user, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return basic(user, password, secrets) if colon else None
    return None


def basic(user: str, password: str, secrets: MarkedSecrets, kind: str = "basic") -> dict[str, Any]:
    """``auth`` by a user name, which is shown, and a password, which is not."""
    return {kind: {"username": user, "password": secrets(password, "password")}}


def url_without_secrets(url: str, secrets: MarkedSecrets) -> tuple[str, dict[str, Any] | None]:
    """A URL whose secret query values are withheld, and the ``auth`` of a user and password in it."""
    auth = None
    head, found, rest = url.partition("://")
    place = re.split(r"[/?#]", rest, maxsplit=1)[0] if found else ""
    if "@" in place:
        info, _, host = place.rpartition("@")
        user, _, password = info.partition(":")
        auth = basic(user, password, secrets)
        url = f"{head}://{host}{rest[len(place) :]}"
    return _PAIR.sub(lambda pair: _withheld_pair(pair, secrets), url.partition("#")[0]), auth


def _withheld_pair(pair: re.Match[str], secrets: MarkedSecrets) -> str:
    sign, name, value = pair.groups()
    return f"{sign}{name}={secrets.if_secret(name, value)}"


def text_fields(text: str, content_type: str, secrets: MarkedSecrets) -> dict[str, Any]:
    """``json``, ``form`` or ``body`` for a text of a type: what sends the same again, secrets withheld."""
    kind = media_type(content_type)
    if (kind == "application/json" or kind.endswith("+json")) and len(text) <= _LONGEST_JSON:
        try:
            return {"json": json_without_secrets(json_data(text), secrets)}
        except NotData:
            return {"body": text}
    if kind == _FORM and (form := form_of(text, secrets)) is not None:
        return {"form": form}
    return {"body": text}


def json_without_secrets(value: Any, secrets: MarkedSecrets, name: str = "") -> Any:
    """A JSON value in which the values of secret names are withheld."""
    match value:
        case Mapping():
            return {key: json_without_secrets(item, secrets, key) for key, item in value.items()}
        case list():
            return [json_without_secrets(item, secrets, name) for item in value]
        case str():
            return secrets.if_secret(name, value)
    return value


def form_of(text: str, secrets: MarkedSecrets) -> dict[str, Any] | None:
    """The pairs of a form that is written like one; None when it is not, or its order would be lost."""
    pieces = text.split("&")
    if not all(re.fullmatch(r"[^=\s{}\"<>]+=[^\s\"<>]*", piece) for piece in pieces):
        return None
    try:
        return form_pairs(parse_qsl(text, keep_blank_values=True, errors="strict"), secrets)
    except ValueError:
        return None


def form_pairs(pairs: Iterable[tuple[str, str]], secrets: MarkedSecrets) -> dict[str, Any] | None:
    """Pairs as a mapping, a name that comes again at once as a list; None when the order would be lost."""
    form: dict[str, Any] = {}
    last = None
    for name, value in pairs:
        shown = secrets.if_secret(name, value)
        if name not in form:
            form[name] = shown
        elif name == last:
            form[name] = [*(form[name] if isinstance(form[name], list) else [form[name]]), shown]
        else:
            return None
        last = name
    return form


def with_type(fields: dict[str, Any], body: dict[str, Any], implied: str) -> dict[str, Any]:
    """Header fields and a body together: a content type that the body's own field brings is not said twice."""
    headers: dict[str, str] = dict(fields.get("headers", {}))
    given = next((name for name in headers if name.lower() == "content-type"), None)
    own = {"json": "application/json", "form": _FORM}.get(next(iter(body), ""))
    if given is not None and own is not None and headers[given].lower() == own:
        del headers[given]
    elif given is not None and "multipart" in body:
        del headers[given]  # its boundary is another one
    elif given is None and body and own != implied and implied and "multipart" not in body:
        headers["Content-Type"] = implied
    rest = {name: value for name, value in fields.items() if name != "headers"}
    return {**({"headers": headers} if headers else {}), **rest, **body}


def retarget(steps: list[dict[str, Any]], target: str | None) -> str | None:
    """The ``target`` of a plan: what was asked for, else where most of the requests go; their URLs become relative."""
    origins = [found.group() for step in steps if (found := _ORIGIN.match(step["url"]))]
    counted = Counter(origins)
    main = max(counted, key=lambda origin: counted[origin], default=None)
    if main is None:
        return target
    for step in steps:
        url: str = step["url"]
        if url.startswith(main) and url[len(main) : len(main) + 1] in ("", "/", "?"):
            rest = url[len(main) :]
            step["url"] = rest if rest.startswith("/") else f"/{rest}"
    return target or main


def with_default(target: str) -> str:
    """A target; one that is only an environment variable is on this machine when that is not set."""
    return f"{target[:-1]}:-http://127.0.0.1:8000}}" if re.fullmatch(r"\$\{env\.\w+\}", target) else target


def share_auth(plan: dict[str, Any]) -> None:
    """Say once, for the whole plan, how most of its requests prove who asks; those that do not say ``none``."""
    steps = [step for scenario in plan["scenarios"] for step in scenario["steps"]]
    counted = Counter(json.dumps(step["auth"]) for step in steps if "auth" in step)
    told, times = counted.most_common(1)[0] if counted else ("", 0)
    if times < 2 or times * 2 <= len(steps):
        return
    for step in steps:
        if "auth" not in step:
            step["auth"] = "none"
        elif json.dumps(step["auth"]) == told:
            del step["auth"]
    rest = {key: plan.pop(key) for key in list(plan) if key not in ("name", "target")}
    plan |= {"auth": json.loads(told), **rest}


def path_of(url: str) -> str:
    """What of a URL says in a name what is asked for: its path, without query."""
    found = _ORIGIN.match(url)
    rest = url[found.end() :] if found else url
    return rest.partition("?")[0] or "/"


def is_method(text: str) -> bool:
    """Whether a text can be the method of a request."""
    return _TOKEN.fullmatch(text) is not None


def is_http(url: str) -> bool:
    """Whether something can be asked for at this URL: http or https with a host, or a mark in front."""
    if is_mark(url[: url.find("\ue001") + 1]):
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def shared_options(steps: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, Any]:
    """What all steps say alike, taken out of them."""
    shared: dict[str, Any] = {}
    for name in names:
        values = {json.dumps(step.get(name)) for step in steps}
        if len(values) == 1 and steps[0].get(name) is not None:
            shared[name] = steps[0][name]
            for step in steps:
                del step[name]
    return shared
