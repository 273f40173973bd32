"""A plan as it may be shown: what is named as a secret is replaced, and what was replaced is known."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from .jsonpath import parse_path
from .model import Plan
from .secrets import MASK, hidden, is_secret, mask_text, mask_url, mask_value
from .template import Reference, parse, placeholders

_VALUES = ("headers", "params", "form", "fields", "variables", "json", "rows", "set", "for_each")
"""Fields that hold names of the user's own choice, at any depth."""
_SUBJECTS = ("json", "header", "cookie", "input")
"""What a check or an extractor looks at; its last name says whether what it compares with is a secret."""
_EXPECTED = (
    *("equals", "not_equals", "contains", "not_contains", "matches", "in"),
    *("less_than", "at_most", "more_than", "at_least", "default"),
)
_COMPARED = ("equals", "not_equals", "in", "less_than", "at_most", "more_than", "at_least", "matches")
"""Conditions on two values."""
_SHORTEST = 6
"""Shorter values are too likely to be parts of words that are no secrets."""
_OUR_WORDS = ("authorization", "bearer", "password", "session", "secret", "cookie", "digest")
"""Words of messages, hidden nowhere, even where somebody took one for a password."""
_FIRST_WORD = re.compile(r"(?:bearer|basic|token|digest|apikey)\s+", re.IGNORECASE)


def public_dict(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data, without defaults and with secrets masked."""
    shown: dict[str, Any] = _Masking().plan(
        plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    )
    return shown


def public_data(data: Any) -> Any:
    """JSON data whose names are of the user's own choice, the values of secret names masked at any depth."""
    return _Masking().any(data, named=True)


class Secrets:
    """Secrets that are known, to be hidden in what others say of them: an engine's errors, a check's name."""

    def __init__(self, fields: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> None:
        """Those in the fields of a plan or of a request."""
        masking = _Masking()
        masking.plan(_plain(fields))
        self._values = tuple(_forms(masking.found, environ))
        self.hide = lru_cache(maxsize=2048)(self._hide)
        """A text without these secrets, and without what looks like one."""

    @classmethod
    def of(cls, plan: Plan, environ: Mapping[str, str] = os.environ) -> Secrets:
        """Those of a plan."""
        return cls(plan.model_dump(mode="python", by_alias=True, exclude_defaults=True), environ)

    def _hide(self, text: str) -> str:
        return mask_text(hidden(text, self._values))


class _Masking:
    """Masks JSON data of a plan; ``found`` are the texts that were replaced."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def plan(self, data: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = self.any(data)
        for name, feed in shown.get("data", {}).items():
            if is_secret(name) and isinstance(feed, dict) and "rows" in feed:
                rows = data["data"][name]["rows"]
                feed["rows"] = [{key: self._secret(value) for key, value in row.items()} for row in rows]
        return shown

    def any(self, value: Any, *, named: bool = False) -> Any:
        match value:
            case Mapping():
                secret = _secret_fields(value, named=named)
                return {key: self._item(key, item, named, secret) for key, item in value.items()}
            case list() | tuple():
                return [self.any(item, named=named) for item in value]
            case str():
                if "env." in value:
                    self.found |= {part.text for part in _from_environment(value) if is_secret(part.path[-1])}
                return self._changed(value, mask_text(value)) if named else value
        return value

    def _item(self, key: str, value: Any, named: bool, secret: tuple[str, ...]) -> Any:
        if isinstance(value, _Secret):
            return self._secret(str(value))
        if key in secret or (named and is_secret(str(key))):
            return self._secret(value)
        if named:
            return self.any(value, named=True)
        match key, value:
            case "url" | "target" | "proxy" | "login_url" | "page_url" | "token_url", str():
                return self._changed(value, mask_url(value))
            case "body" | "contains" | "equals" | "not_contains" | "matches", str():
                return self._changed(value, mask_text(value))
            case "body_base64", str():
                return self._changed(value, _encoded(value))
            case _, [a, b] if key in _COMPARED:
                return self._compared(a, b)
            case "form", {"login_url": _}:  # how to log in, not what to send
                return self.any(value)
            case "extract", Mapping():
                return {name: self._extractor(name, item) for name, item in value.items()}
            case "basic", {"username": str() as username, "password": password}:
                pair = f"{username}:{password}"
                self.found |= {pair} if password and "${" not in pair else set()
                return {**self.any(value), **({} if password else {"username": self._secret(username)})}
        return self.any(value, named=key in _VALUES)

    def _extractor(self, variable: str, given: Any) -> Any:
        shown = self.any(given)
        if is_secret(variable) and "default" in shown:
            shown["default"] = self._secret(given["default"])
        return shown

    def _compared(self, *sides: Any) -> list[Any]:
        """A literal that is compared with a secret is one."""
        secret = any(
            isinstance(part, Reference) and is_secret(part.name)
            for side in sides
            if isinstance(side, str)
            for part in placeholders(parse(side))
        )
        return [self._secret(side) if secret else self.any(side) for side in sides]

    def _secret(self, value: Any) -> Any:
        self._note(value)
        return mask_value(value)

    def _note(self, value: Any) -> None:
        match value:
            case Mapping():
                for item in value.values():
                    self._note(item)
            case list() | tuple():
                for item in value:
                    self._note(item)
            case None | bool():
                pass
            case _:
                self.found.add(str(value))

    def _changed(self, value: str, shown: str) -> str:
        """``shown``, what is missing in it noted."""
        if shown != value:
            self.found |= set(_between(value, shown))
        return shown


def _secret_fields(data: Mapping[str, Any], *, named: bool) -> tuple[str, ...]:
    """Fields that hold a secret because another one says so: parts of forms, checks, extractors."""
    name = data.get("name")
    if isinstance(name, str) and is_secret(name):
        return ("value", "base64")
    subject = next((data[key] for key in _SUBJECTS if isinstance(data.get(key), str)), None)
    return _EXPECTED if not named and subject is not None and is_secret(_last_name(subject)) else ()


class _Secret(str):
    """The content of a SecretStr."""


def _plain(value: Any) -> Any:
    match value:
        case SecretStr():
            return _Secret(value.get_secret_value())
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value


def _last_name(path: str) -> str:
    """The last name in a path such as ``$.user.token``, or the name itself of a header or a cookie."""
    try:
        keys = parse_path(path) if path.startswith("$") else [path]
    except ValueError:  # the text of a body, or a header that begins so
        keys = [path]
    return next((str(key) for key in reversed(keys) if isinstance(key, str)), "")


def _encoded(text: str) -> str:
    """A body in base64: masked as a whole when there is a secret in it."""
    try:
        content = base64.b64decode(text).decode(errors="replace")
    except binascii.Error:
        return text
    return text if mask_text(content) == content else MASK


def _between(value: str, shown: str) -> list[str]:
    """What the masks in a text stand for."""
    pattern = "(.*?)".join(map(re.escape, shown.split(MASK)))
    match = re.fullmatch(pattern, value, re.DOTALL)
    return list(match.groups()) if match else []


def _forms(found: set[str], environ: Mapping[str, str]) -> set[str]:
    """The texts that secrets may appear as: their literal parts, what is in the environment, and how they are sent."""
    plain: set[str] = set()
    for text in found:
        parts = parse(text)
        for part in parts:
            if isinstance(part, str):
                plain |= _pieces(part, whole=part == text)
        for part in placeholders(parts):
            for default in part.default or ():
                plain |= _pieces(default) if isinstance(default, str) else set()
        for part in _from_environment(text):
            plain |= _pieces(environ.get(".".join(part.path[1:]), ""))
    sent = {how(text) for text in plain for how in (quote, quote_plus, _in_json, _in_base64)}
    return {text for text in plain | sent if len(text) >= _SHORTEST and text.lower() not in _OUR_WORDS}


def _from_environment(text: str) -> list[Reference]:
    found = placeholders(parse(text))
    return [part for part in found if isinstance(part, Reference) and part.path[0] == "env" and part.path[1:]]


def _pieces(text: str, *, whole: bool = True) -> set[str]:
    """A secret, without the scheme before it, and the values of cookies one by one; of a part of a text the latter."""
    bare = _FIRST_WORD.sub("", text, count=1).strip()
    values = {value.strip() for pair in bare.split(";") for _, _, value in [pair.partition("=")]}
    return values | {bare} if whole or "=" not in bare else values


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_base64(text: str) -> str:
    return base64.b64encode(text.encode(errors="surrogateescape")).decode()
