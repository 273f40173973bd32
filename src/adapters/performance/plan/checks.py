"""Checks: what must hold of an answer for its request to be a success."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, Tag, model_validator

from .base import Model
from .jsonpath import JsonPath
from .quantity import PositiveDuration
from .union import by_key


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


Regex = Annotated[str, AfterValidator(_regex)]
StatusCode = Annotated[int, Field(ge=100, le=599)]
StatusClass = Literal["1xx", "2xx", "3xx", "4xx", "5xx"]


class StatusCheck(Model):
    """The status is one of these; a request with such a check is not judged by ``status < 400`` any more."""

    status: StatusCode | StatusClass | tuple[StatusCode | StatusClass, ...]

    def ranges(self) -> list[tuple[int, int]]:
        """The accepted statuses as inclusive ranges."""
        wanted = self.status if isinstance(self.status, tuple) else (self.status,)
        return [
            (code, code) if isinstance(code, int) else (int(code[0]) * 100, int(code[0]) * 100 + 99)
            for code in wanted
        ]


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


class BodyCheck(Model):
    """The body contains, equals or matches a text."""

    body: BodyTest


class JsonCheck(Model):
    """The value at a path of the JSON body: equal to something, of a type, or there at all."""

    json_: JsonPath = Field(alias="json")
    equals: Any = None
    type: Literal["string", "number", "integer", "boolean", "array", "object", "null"] | None = None
    exists: bool = True


class HeaderCheck(Model):
    """A header of the answer: there at all, equal to or containing a text."""

    header: str
    equals: str | None = None
    contains: str | None = None
    exists: bool = True


class TimeCheck(Model):
    """The answer took less than this."""

    time_under: PositiveDuration


class SizeTest(Model):
    """Bounds in bytes, inclusive."""

    min: int = Field(0, ge=0)
    max: int | None = Field(None, ge=0)


class SizeCheck(Model):
    """The size of the decoded body."""

    size: SizeTest


Check = Annotated[
    Annotated[StatusCheck, Tag("status")]
    | Annotated[BodyCheck, Tag("body")]
    | Annotated[JsonCheck, Tag("json")]
    | Annotated[HeaderCheck, Tag("header")]
    | Annotated[TimeCheck, Tag("time_under")]
    | Annotated[SizeCheck, Tag("size")],
    by_key(
        "a check",
        {
            "status": "status",
            "body": "body",
            "json": "json",
            "json_": "json",
            "header": "header",
            "time_under": "time_under",
            "size": "size",
        },
    ),
]
