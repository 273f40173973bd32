"""Checks: what must hold of an answer for its request to be a success."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, Tag, model_validator

from .base import Model
from .check_tests import AnyCheck, TextCheck, ValueCheck
from .jsonpath import JsonPath
from .quantity import PositiveDuration
from .sources import CssSelector, JmesPath, Regex, XPath
from .union import by_key

StatusCode = Annotated[int, Field(ge=100, le=599)]
StatusClass = Literal["1xx", "2xx", "3xx", "4xx", "5xx"]


def _range(text: str) -> str:
    low, _, high = text.partition("-")
    if not (100 <= int(low) <= int(high) <= 599):
        raise ValueError(f"not a range of statuses: {text!r}; write the lower one first, such as 200-204")
    return text


StatusRange = Annotated[str, Field(pattern=r"^[0-9]{3}-[0-9]{3}$"), AfterValidator(_range)]
Statuses = StatusCode | StatusClass | StatusRange


class StatusCheck(AnyCheck):
    """The status is one of these; a request with such a check is not judged by ``status < 400`` any more."""

    status: Statuses | tuple[Statuses, ...]

    def ranges(self) -> list[tuple[int, int]]:
        """The accepted statuses as inclusive ranges."""
        wanted = self.status if isinstance(self.status, tuple) else (self.status,)
        return [_bounds(one) for one in wanted]


def _bounds(status: int | str) -> tuple[int, int]:
    if isinstance(status, int):
        return status, status
    low, _, high = status.partition("-")
    return (int(low), int(high)) if high else (int(status[0]) * 100, int(status[0]) * 100 + 99)


class BodyTest(Model):
    """What the body, decoded as text, must be like."""

    contains: str | None = None
    not_contains: str | None = None
    equals: str | None = None
    matches: Regex | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a body check needs exactly one of: contains, not_contains, equals, matches")
        return self


class BodyCheck(AnyCheck):
    """The body contains, equals or matches a text."""

    body: BodyTest


class JsonCheck(ValueCheck):
    """The value at a path of the JSON body, or those that a query (RFC 9535) finds."""

    json_: JsonPath = Field(alias="json")
    count: int | None = Field(None, ge=0)
    """How many values there are."""


class JmesCheck(ValueCheck):
    """What a JMESPath expression makes of the JSON body; null counts as nothing."""

    jmespath: JmesPath


class HeaderCheck(TextCheck):
    """A header of the answer: there at all, and like a text."""

    header: str


class CookieCheck(TextCheck):
    """A cookie that the answer set: there at all, and like a text."""

    cookie: str


class InputCheck(TextCheck):
    """The value of an input of an HTML form, or the content of a meta element, by its name."""

    input: str
    count: int | None = Field(None, ge=0)
    """How many there are."""


class CssCheck(TextCheck):
    """The text, or an attribute, of the HTML elements that a CSS selector finds."""

    css: CssSelector
    attribute: str | None = None
    count: int | None = Field(None, ge=0)
    """How many there are."""


class XPathCheck(TextCheck):
    """What an XPath expression finds in the HTML body."""

    xpath: XPath
    count: int | None = Field(None, ge=0)
    """How many there are."""


class TimeCheck(AnyCheck):
    """The answer took less than this."""

    time_under: PositiveDuration


class SizeTest(Model):
    """Bounds in bytes, inclusive."""

    min: int = Field(0, ge=0)
    max: int | None = Field(None, ge=0)


class SizeCheck(AnyCheck):
    """The size of the decoded body."""

    size: SizeTest


_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def _function(text: str) -> str:
    if not _FUNCTION.fullmatch(text):
        raise ValueError(f"not the name of a function: {text!r}; write module:function")
    return text


class PythonCheck(AnyCheck):
    """A function of one's own, ``module:function``, says True or False of the answer."""

    python: Annotated[str, AfterValidator(_function)]


_TAGS = {
    "status": "status",
    "body": "body",
    "json": "json",
    "json_": "json",
    "jmespath": "jmespath",
    "header": "header",
    "cookie": "cookie",
    "input": "input",
    "css": "css",
    "xpath": "xpath",
    "time_under": "time_under",
    "size": "size",
    "python": "python",
}

Check = Annotated[
    Annotated[StatusCheck, Tag("status")]
    | Annotated[BodyCheck, Tag("body")]
    | Annotated[JsonCheck, Tag("json")]
    | Annotated[JmesCheck, Tag("jmespath")]
    | Annotated[HeaderCheck, Tag("header")]
    | Annotated[CookieCheck, Tag("cookie")]
    | Annotated[InputCheck, Tag("input")]
    | Annotated[CssCheck, Tag("css")]
    | Annotated[XPathCheck, Tag("xpath")]
    | Annotated[TimeCheck, Tag("time_under")]
    | Annotated[SizeCheck, Tag("size")]
    | Annotated[PythonCheck, Tag("python")],
    by_key("a check", _TAGS),
]

_FILLED_IN = (
    *("equals", "not_equals", "more_than", "at_least", "less_than", "at_most"),
    *("contains", "not_contains", "in_"),
)


def filled_in(check: AnyCheck) -> dict[str, Any]:
    """What of a check may hold templates: by the name of the field, what values are compared with."""
    test: Any = check.body if isinstance(check, BodyCheck) else check
    return {
        name.rstrip("_"): value for name in _FILLED_IN if (value := getattr(test, name, None)) is not None
    }
