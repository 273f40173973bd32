"""Templates as program texts: placeholders resolved to variables, rows, counters and calls, each with its encoding."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from ...errors import PlanError
from ...plan.auth import Credentials
from ...plan.steps import is_absolute
from ...plan.template import Call, Reference, parse
from .runtime import encode, shown

Text = str | list[Any]
_COUNTERS = ("iteration", "user")


class Texts:
    """Makes program texts for one plan: it knows the plan's feeds and the environment."""

    def __init__(self, feeds: frozenset[str], environ: Mapping[str, str]) -> None:
        self._feeds = feeds
        self._environ = environ

    def plain(self, template: str) -> Text:
        """A text whose values are inserted as they are."""
        return self.encoded(template, "")

    def encoded(self, template: str, encoding: str) -> Text:
        """A text whose literal parts and values are encoded in the same way."""
        return join([self._part(part, encoding) for part in parse(template)])

    def url(self, target: str | None, url: str, query: Mapping[str, Any]) -> Text:
        """An absolute URL: joined to the target, what cannot stand in a URL percent-encoded, the query appended."""
        if target is not None and not is_absolute(url):
            url = f"{target.rstrip('/')}/{url.lstrip('/')}"
        head, hash_sign, fragment = url.partition("#")
        del hash_sign, fragment
        parts = as_parts(self.encoded(head, "url"))
        separator = "&" if "?" in head else "?"
        for name, values in query.items():
            for value in values if isinstance(values, list | tuple) else (values,):
                parts += [separator, *as_parts(self.encoded(name, "query")), "="]
                parts += as_parts(self.encoded(shown(value), "query"))
                separator = "&"
        return join(parts)

    def json(self, value: Any) -> Text:
        """A JSON document as text; a placeholder that is a whole string keeps the type of its value."""
        return join(self._json_parts(value))

    def value(self, value: Any) -> Any:
        """A JSON value in which every string is a text, ``{"t": text}``, and every object ``{"o": members}``."""
        match value:
            case str():
                return {"t": self.plain(value)}
            case list() | tuple():
                return [self.value(item) for item in value]
            case dict():
                return {"o": {name: self.value(item) for name, item in value.items()}}
        return value

    def environment(self, value: Any) -> Any:
        """A value in which strings have their ``${env.X}`` filled in and other placeholders are left as written."""
        if not isinstance(value, str):
            return value
        parts = (self._part(part, "") for part in parse(value))
        return "".join(part if isinstance(part, str) else part["text"] for part in parts)

    def basic(self, credentials: Credentials) -> str:
        """The value of an Authorization header (RFC 7617), UTF-8."""
        pair = self.plain(f"{credentials.username}:{credentials.password.get_secret_value()}")
        if not isinstance(pair, str):
            raise PlanError("basic auth: only ${env.…} placeholders can be used in a user name or password")
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def _json_parts(self, value: Any) -> list[Any]:
        match value:
            case str():
                parsed = parse(value)
                if len(parsed) == 1 and not isinstance(parsed[0], str):
                    return [self._part(parsed[0], "json")]
                return ['"', *(self._part(part, "jsonstr") for part in parsed), '"']
            case list() | tuple():
                return ["[", *_separated([self._json_parts(item) for item in value]), "]"]
            case dict():
                members = [
                    [*self._json_parts(str(key)), ":", *self._json_parts(item)] for key, item in value.items()
                ]
                return ["{", *_separated(members), "}"]
        return [json.dumps(value)]

    def _part(self, part: str | Reference | Call, encoding: str) -> Any:
        match part:
            case str():
                return encode(part, encoding)
            case Call():
                how: dict[str, Any] = {"call": part.function, "args": list(part.args)}
                return {**how, "default": None, "text": part.text, "enc": encoding}
            case Reference():
                return self._reference(part, encoding)

    def _reference(self, part: Reference, encoding: str) -> Any:
        space, _, rest = part.name.partition(".")
        if space == "env" and rest:
            value = self._environ.get(rest, part.default)
            value = part.text if value is None else value
            return json.dumps(value, ensure_ascii=False) if encoding == "json" else encode(value, encoding)
        common = {"default": part.default, "text": part.text, "enc": encoding}
        if space == "csv" and rest:
            space, _, rest = rest.partition(".")
        elif space == "var" and rest:
            space, _, rest = rest.partition(".")
            return {"var": space, "path": rest.split(".") if rest else [], **common}
        if space in self._feeds and rest:
            return {"row": [space, rest], **common}
        if part.name in _COUNTERS:
            return {"counter": part.name, **common}
        return {"var": space, "path": rest.split(".") if rest else [], **common}


def as_parts(text: Text) -> list[Any]:
    """A text as a list of parts."""
    return [text] if isinstance(text, str) else text


def join(parts: list[Any]) -> Text:
    """Parts as a text: neighbouring literals merged, a single literal as a string."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 and isinstance(merged[0], str) else merged


def _separated(items: list[list[Any]]) -> list[Any]:
    parts: list[Any] = []
    for number, item in enumerate(items):
        parts += [*([","] if number else []), *item]
    return parts
