"""Extractors: values taken from an answer for later steps of the same iteration and user."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, Tag, model_validator

from .base import Model
from .jsonpath import JsonPath
from .sources import CssSelector, JmesPath, Regex, XPath
from .transforms import Transforms
from .union import by_key

Index = int | Literal["last", "random", "all", "count"]
"""Which of several values: its place, from the end when negative; ``all`` is a list of them, ``count`` their number."""


class _Extractor(Model):
    default: Any = None
    """Taken when the answer has no such value, of any type; without it that is a failure of the request."""
    transform: Transforms = ()
    """What is made of the value (of each, where there are ``all``), in order; not of the default."""


class _OneOfSeveral(_Extractor):
    index: Index = 0


class JsonExtract(_OneOfSeveral):
    """The value at a path of the JSON body, its type kept; or of those that a query (RFC 9535) finds."""

    json_: JsonPath = Field(alias="json")


class JmesExtract(_Extractor):
    """What a JMESPath expression makes of the JSON body; null counts as nothing."""

    jmespath: JmesPath


class HeaderExtract(_Extractor):
    """The value of a header."""

    header: str


class CookieExtract(_Extractor):
    """The value of a cookie that the answer set."""

    cookie: str


class RegexExtract(_OneOfSeveral):
    """A group, by number or name, of a match of a regular expression in the body."""

    regex: Regex
    group: Annotated[int, Field(ge=0)] | str | None = None
    """By default the first, or the whole match where the expression has no groups."""

    @model_validator(mode="after")
    def _has_the_group(self) -> Self:
        expression = re.compile(self.regex)
        known = expression.groupindex if isinstance(self.group, str) else range(expression.groups + 1)
        if self.group is not None and self.group not in known:
            raise ValueError(f"the regular expression has no group {self.group!r}")
        return self


class InputExtract(_OneOfSeveral):
    """The value of an input of an HTML form, hidden or not, or the content of a meta element, by its name."""

    input: str


class CssExtract(_OneOfSeveral):
    """The text, or an attribute, of the HTML elements that a CSS selector finds."""

    css: CssSelector
    attribute: str | None = None


class XPathExtract(_OneOfSeveral):
    """What an XPath expression finds in the HTML body: attributes and texts as they are, of elements their text."""

    xpath: XPath


class BodyExtract(_Extractor):
    """The whole body, as text."""

    body: Literal[True]


class StatusExtract(_Extractor):
    """The status code, as a number."""

    status: Literal[True]


_TAGS = {
    "json": "json",
    "json_": "json",
    "jmespath": "jmespath",
    "header": "header",
    "cookie": "cookie",
    "regex": "regex",
    "input": "input",
    "css": "css",
    "xpath": "xpath",
    "body": "body",
    "status": "status",
}

Extractor = Annotated[
    Annotated[JsonExtract, Tag("json")]
    | Annotated[JmesExtract, Tag("jmespath")]
    | Annotated[HeaderExtract, Tag("header")]
    | Annotated[CookieExtract, Tag("cookie")]
    | Annotated[RegexExtract, Tag("regex")]
    | Annotated[InputExtract, Tag("input")]
    | Annotated[CssExtract, Tag("css")]
    | Annotated[XPathExtract, Tag("xpath")]
    | Annotated[BodyExtract, Tag("body")]
    | Annotated[StatusExtract, Tag("status")],
    by_key("an extractor", _TAGS),
]
Variables = dict[str, Any]
