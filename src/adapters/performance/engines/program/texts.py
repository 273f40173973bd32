"""Templates as program texts: placeholders resolved to variables, rows, counters and calls, each with its encoding."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ...plan.functions import prepared
from ...plan.lookup import Names
from ...plan.template import Call, Part, Reference, Template, parse
from ...plan.urls import is_absolute
from .pools import Pools
from .runtime import encode, shown

Text = str | list[Any]


class Texts:
    """Makes program texts for one plan: it knows the plan's feeds, the environment, and what Faker makes.

    ``data`` is the feed that goes by that name too; ``seed`` makes Faker's values the same each time.
    """

    def __init__(
        self,
        feeds: frozenset[str],
        environ: Mapping[str, str],
        *,
        data: str | None = None,
        seed: int | None = None,
    ) -> None:
        self._names = Names(feeds, data)
        self._environ = environ
        self._pools = Pools(seed)

    @property
    def pools(self) -> dict[str, list[Any]]:
        """The values of each pool."""
        return self._pools.values

    def plain(self, template: str) -> Text:
        """A text whose values are inserted as they are."""
        return self.encoded(template, "")

    def encoded(self, template: str, encoding: str) -> Text:
        """A text whose literal parts and values are encoded in the same way."""
        return join(self._parts(parse(template), encoding))

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
                return {"t": self._looked_up(value)}
            case list() | tuple():
                return [self.value(item) for item in value]
            case dict():
                return {"o": {name: self.value(item) for name, item in value.items()}}
        return value

    def _looked_up(self, template: str) -> Text:
        """A text; one that is a variable that the environment does not have, has no value, whatever is shown for it."""
        match parse(template):
            case (Reference(default=None) as part,):
                kind, path = self._names.meaning(part.path)
                if kind == "env" and ".".join(path) not in self._environ:
                    return [{"var": part.name, "path": [], **self._otherwise(part, "")}]
        return self.plain(template)

    def environment(self, value: Any) -> Any:
        """A value in which texts have their ``${env.X}`` filled in and other placeholders are left as written."""
        match value:
            case str():
                return "".join(self._from_environment(part) for part in parse(value))
            case list() | tuple():
                return [self.environment(item) for item in value]
            case dict():
                return {name: self.environment(item) for name, item in value.items()}
        return value

    def _from_environment(self, part: Part) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, Reference) and self._names.meaning(part.path)[0] == "env":
            found = self._environ.get(part.name.removeprefix("env."))
            if found is not None:
                return found
            if part.default is not None:
                return "".join(map(self._from_environment, part.default))
        return part.text

    def basic(self, username: str, password: str, encoding: str = "") -> Text:
        """The value of an Authorization header (RFC 7617), UTF-8; both are encoded so before they are joined."""
        pair = join(
            [*as_parts(self.encoded(username, encoding)), ":", *as_parts(self.encoded(password, encoding))]
        )
        if isinstance(pair, str):
            return "Basic " + base64.b64encode(pair.encode("utf-8", "surrogateescape")).decode()
        return ["Basic ", {"base64": pair, "default": None, "text": "", "enc": ""}]

    def _json_parts(self, value: Any) -> list[Any]:
        match value:
            case str():
                return self._json_text(parse(value))
            case list() | tuple():
                return ["[", *_separated([self._json_parts(item) for item in value]), "]"]
            case dict():
                members = [
                    [*self._json_string(parse(str(key))), ":", *self._json_parts(item)]
                    for key, item in value.items()
                ]
                return ["{", *_separated(members), "}"]
        return [json.dumps(value)]

    def _json_text(self, template: Template) -> list[Any]:
        if len(template) == 1 and not isinstance(template[0], str):
            return self._parts(template, "json")
        return self._json_string(template)

    def _json_string(self, template: Template) -> list[Any]:
        return ['"', *self._parts(template, "jsonstr"), '"']

    def _parts(self, template: Template, encoding: str) -> list[Any]:
        return [made for part in template for made in self._part(part, encoding)]

    def _part(self, part: Part, encoding: str) -> list[Any]:
        match part:
            case str():
                return [encode(part, encoding)]
            case Call():
                if part.function.startswith("faker."):
                    return self._faker(part, part.function.split(".")[1:], part.args, encoding)
                function, args = prepared(part.function, part.args)
                return [{"call": function, "args": args, **self._otherwise(part, encoding)}]
            case Reference():
                return self._reference(part, encoding)

    def _otherwise(self, part: Call | Reference, encoding: str) -> dict[str, Any]:
        """What stands for a placeholder that has no value."""
        default = None if part.default is None else join(self._instead(part.default, encoding))
        return {"default": default, "text": part.text, "enc": encoding}

    def _instead(self, default: Template, encoding: str) -> list[Any]:
        return self._json_text(default) if encoding == "json" else self._parts(default, encoding)

    def _reference(self, part: Reference, encoding: str) -> list[Any]:
        kind, path = self._names.meaning(part.path)
        match kind:
            case "env":
                value = self._environ.get(".".join(path))
                if value is None and part.default is not None:
                    return self._instead(part.default, encoding)
                return [encode(part.text if value is None else value, encoding)]
            case "faker":
                return self._faker(part, path, (), encoding)
        how: dict[str, Any] = {"var": path[0], "path": list(path[1:])}
        if kind == "row":
            how = {"row": [path[0], path[1]], "path": list(path[2:])}
        elif kind == "counter":
            how = {"counter": path[0]}
        return [{**how, **self._otherwise(part, encoding)}]

    def _faker(
        self, part: Call | Reference, path: Sequence[str], args: Sequence[str], encoding: str
    ) -> list[Any]:
        """A value of a pool; without one the placeholder stays as written, or is its default."""
        pool = self._pools.named(path, args)
        if pool is not None:
            return [{"pool": pool, **self._otherwise(part, encoding)}]
        return (
            [encode(part.text, encoding)] if part.default is None else self._instead(part.default, encoding)
        )


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


def joined(texts: list[Text], separator: str) -> Text | None:
    """Texts as one, with something between them; None if there are none."""
    parts = [part for text in texts for part in (separator, *as_parts(text))]
    return join(parts[1:]) if parts else None


def _separated(items: list[list[Any]]) -> list[Any]:
    parts: list[Any] = []
    for number, item in enumerate(items):
        parts += [*([","] if number else []), *item]
    return parts
