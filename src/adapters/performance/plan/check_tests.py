"""What checks ask of the values that they find: fields that checks of many kinds share."""

from __future__ import annotations

from typing import Any, Literal, Self, TypeVar

from pydantic import Field, model_validator

from .base import Model
from .json_schema import JsonSchema
from .sources import Regex

JsonType = Literal["string", "number", "integer", "boolean", "array", "object", "null"]


class AnyCheck(Model):
    message: str | None = Field(None, min_length=1)
    """What the check is called in results, and what its failure says; by default what it asks for, in words."""


C = TypeVar("C", bound=AnyCheck)
_TESTS = frozenset(
    {
        *("equals", "not_equals", "type", "more_than", "at_least", "less_than", "at_most", "contains"),
        *("not_contains", "matches", "in_", "length", "schema_", "count"),
    }
)
"""Fields that say what a value must be like."""


def _consistent(check: C) -> C:
    """The check, unless it says that nothing is there and what that is like."""
    tests = sorted(check.model_fields_set & _TESTS)
    if tests and not getattr(check, "exists", True):
        raise ValueError(f"what is not there (exists: false) cannot be asked for {tests[0].rstrip('_')}")
    return check


class TextCheck(AnyCheck):
    """What a text must be like; every text that is found must be so, and there must be one."""

    exists: bool = True
    equals: str | None = None
    not_equals: str | None = None
    contains: str | None = None
    not_contains: str | None = None
    matches: Regex | None = None

    @model_validator(mode="after")
    def _not_absent_and_like_something(self) -> Self:
        return _consistent(self)


class ValueCheck(AnyCheck):
    """What a JSON value must be like; every value that is found must be so, and there must be one."""

    exists: bool = True
    equals: Any = None
    not_equals: Any = None
    type: JsonType | None = None
    more_than: int | float | str | None = None
    at_least: int | float | str | None = None
    less_than: int | float | str | None = None
    at_most: int | float | str | None = None
    contains: Any = None
    """A text in a text, an item of a list, a name of an object."""
    not_contains: Any = None
    matches: Regex | None = None
    in_: tuple[Any, ...] | str | None = Field(None, alias="in")
    """One of these; a text is one placeholder that stands for a list."""
    length: int | None = Field(None, ge=0)
    """Of a text, a list or an object."""
    schema_: JsonSchema | None = Field(None, alias="schema")
    """A JSON Schema."""

    @model_validator(mode="after")
    def _not_absent_and_like_something(self) -> Self:
        return _consistent(self)
