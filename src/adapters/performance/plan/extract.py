"""Extractors: values taken from an answer for later steps of the same iteration and user."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from .base import Model
from .checks import Regex
from .jsonpath import JsonPath
from .union import by_key


class _Extractor(Model):
    default: str | None = None
    """Taken when the answer has no such value; without it that is a failure of the request."""


class JsonExtract(_Extractor):
    """The value at a path of the JSON body, its type kept."""

    json_: JsonPath = Field(alias="json")


class HeaderExtract(_Extractor):
    """The value of a header."""

    header: str


class CookieExtract(_Extractor):
    """The value of a cookie that the answer set."""

    cookie: str


class RegexExtract(_Extractor):
    """A group of a match of a regular expression in the body."""

    regex: Regex
    group: int = Field(1, ge=0)
    index: int = Field(0, ge=0)


class StatusExtract(_Extractor):
    """The status code, as a number."""

    status: Literal[True]


_TAGS = {
    "json": "json",
    "json_": "json",
    "header": "header",
    "cookie": "cookie",
    "regex": "regex",
    "status": "status",
}

Extractor = Annotated[
    Annotated[JsonExtract, Tag("json")]
    | Annotated[HeaderExtract, Tag("header")]
    | Annotated[CookieExtract, Tag("cookie")]
    | Annotated[RegexExtract, Tag("regex")]
    | Annotated[StatusExtract, Tag("status")],
    by_key("an extractor", _TAGS),
]
Variables = dict[str, Any]
