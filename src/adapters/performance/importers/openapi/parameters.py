"""Parameters as they are sent: in the path, the query, headers and cookies, in the style that each declares."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ...plan.secrets import is_secret
from ..withheld import variable_name
from .document import Document, first_line, mapping, text
from .operations import Operation
from .samples import Samples, escaped, example
from .schemas import flat, kind_of

_OF_THE_BODY = ("accept", "content-type", "authorization")
"""Headers that a parameter cannot stand for, as the specification has it."""
_BETWEEN = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


@dataclass
class Sent:
    """What the parameters of an operation outside of its path add to a request."""

    params: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    optional: list[str] = field(default_factory=list)
    """The optional ones that are not sent, in words."""


class Parameters:
    """Makes values for parameters; ``optional`` ones too when they are wanted."""

    def __init__(
        self, document: Document, samples: Samples, *, optional: bool, secret: Callable[[str], str]
    ) -> None:
        self._document, self._samples = document, samples
        self._optional, self._secret = optional, secret

    def sent(self, operation: Operation) -> Sent:
        """What the operation's query, headers and cookies hold."""
        made = Sent()
        for place in ("query", "header", "cookie"):
            for one in operation.parameters_in(place):
                name = text(one["name"])
                if place == "header" and name.lower() in _OF_THE_BODY:
                    continue
                if one.get("required") is True or self._optional:
                    self._add(made, place, name, one)
                else:
                    made.optional.append(f"{name} ({self._in_words(one, place)})")
        return made

    def value(self, parameter: dict[str, Any]) -> Any:
        """A value for a parameter: its example, or one for its schema."""
        name = text(parameter.get("name"))
        given, value = media_example(self._document, parameter)
        if given:
            return escaped(value)
        if content := mapping(parameter.get("content")):
            media = mapping(next(iter(content.values())))
            given, value = media_example(self._document, media)
            value = escaped(value) if given else self._samples.value(media.get("schema"), name)
            return json.dumps(value, ensure_ascii=False)
        if is_secret(name) and not example(flat(self._document, parameter.get("schema")))[0]:
            return self._secret(variable_name(name))
        return self._samples.value(parameter.get("schema"), name)

    def _add(self, made: Sent, place: str, name: str, parameter: dict[str, Any]) -> None:
        value = self.value(parameter)
        if place == "query":
            made.params |= _in_query(escaped(name), value, parameter)
        elif place == "header":
            made.headers[name] = simple(value)
        else:
            made.cookies[name] = simple(value)

    def _in_words(self, parameter: dict[str, Any], place: str) -> str:
        schema = flat(self._document, parameter.get("schema"))
        values = schema.get("enum") or mapping(flat(self._document, schema.get("items"))).get("enum")
        words = [] if place == "query" else [place]
        if isinstance(values, list) and values:
            words.append(
                " | ".join(_shown(value) for value in values[:8]) + (" | …" if len(values) > 8 else "")
            )
        else:
            words.append(kind_of(schema) or "any")
        if schema.get("default") is not None:
            words.append(f"default {_shown(schema['default'])}")
        return ", ".join(words)


def media_example(document: Document, node: dict[str, Any]) -> tuple[bool, Any]:
    """The example of a parameter or a media type itself, whose ``examples`` are objects under names."""
    if "example" in node:
        return True, node["example"]
    for one in mapping(node.get("examples")).values():
        found = document.follow(one)
        if "value" in found:
            return True, found["value"]
        if "externalValue" in found:
            document.note(f"an example that stands elsewhere was left out: {_shown(found['externalValue'])}")
    return False, None


def simple(value: Any) -> str:
    """A value in the style ``simple``: lists and mappings with commas."""
    match value:
        case list():
            return ",".join(simple(item) for item in value)
        case dict():
            return ",".join(f"{key},{simple(item)}" for key, item in value.items())
        case str():
            return " ".join(value.split()) if "\n" in value or "\r" in value else value
    return json.dumps(value)


def _in_query(name: str, value: Any, parameter: dict[str, Any]) -> dict[str, Any]:
    style = text(parameter.get("style")) or "form"
    explode = parameter.get("explode", style == "form") is True
    match value:
        case list():
            return {
                name: [_scalar(item) for item in value]
                if explode
                else _BETWEEN.get(style, ",").join(map(simple, value))
            }
        case dict() if style == "deepObject":
            return {f"{name}[{key}]": _scalar(item) for key, item in value.items()}
        case dict() if explode:
            return {key: _scalar(item) for key, item in value.items()}
    return {name: _scalar(value)}


def _scalar(value: Any) -> str | int | float | bool:
    return value if isinstance(value, str | int | float) else "" if value is None else simple(value)


def _shown(value: Any) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    return first_line(shown, 40)
