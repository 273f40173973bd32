"""Conditions under which a step runs: a truth value, a template, a comparison, or several of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from .base import Model
from .sources import Regex
from .template import parse


class Equals(Model):
    """Both values are the same once rendered."""

    equals: tuple[Any, Any]


class NotEquals(Model):
    """The values differ once rendered."""

    not_equals: tuple[Any, Any]


class In(Model):
    """The first value is an element, or a part, of the second."""

    in_: tuple[Any, Any] = Field(alias="in")


class Truthy(Model):
    """The value is there and is none of: empty, 0, false, no, off, null."""

    truthy: Any


class LessThan(Model):
    """The first number is less than the second; what is no number, nor a text that is one, is never."""

    less_than: tuple[Any, Any]


class AtMost(Model):
    """The first number is the second, or less."""

    at_most: tuple[Any, Any]


class MoreThan(Model):
    """The first number is more than the second."""

    more_than: tuple[Any, Any]


class AtLeast(Model):
    """The first number is the second, or more."""

    at_least: tuple[Any, Any]


class Matches(Model):
    """The regular expression, the second, is found in the first value as text."""

    matches: tuple[Any, Regex]


def _one_placeholder(text: str) -> str:
    parts = parse(text)
    if len(parts) != 1 or isinstance(parts[0], str):
        raise ValueError('one placeholder whose value may be there or not, such as "${token}"')
    return text


class Exists(Model):
    """The placeholder has a value, be it null or empty."""

    exists: Annotated[str, AfterValidator(_one_placeholder)]


class AllOf(Model):
    """Every one of these holds."""

    all: tuple[Condition, ...]


class AnyOf(Model):
    """At least one of these holds."""

    any: tuple[Condition, ...]


class Not(Model):
    """This does not hold."""

    not_: Condition = Field(alias="not")


_KINDS = (
    *("equals", "not_equals", "in", "truthy", "less_than", "at_most", "more_than", "at_least"),
    *("matches", "exists", "all", "any", "not"),
)


def _tag(value: Any) -> str | None:
    if isinstance(value, bool | str):
        return "bool" if isinstance(value, bool) else "str"
    given = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
    return next((f"<{kind}>" for kind in _KINDS if kind in given or f"{kind}_" in given), None)


Condition = Annotated[
    Annotated[bool, Tag("bool")]
    | Annotated[str, Tag("str")]
    | Annotated[Equals, Tag("<equals>")]
    | Annotated[NotEquals, Tag("<not_equals>")]
    | Annotated[In, Tag("<in>")]
    | Annotated[Truthy, Tag("<truthy>")]
    | Annotated[LessThan, Tag("<less_than>")]
    | Annotated[AtMost, Tag("<at_most>")]
    | Annotated[MoreThan, Tag("<more_than>")]
    | Annotated[AtLeast, Tag("<at_least>")]
    | Annotated[Matches, Tag("<matches>")]
    | Annotated[Exists, Tag("<exists>")]
    | Annotated[AllOf, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")],
    Discriminator(
        _tag,
        custom_error_type="no_such_kind",
        custom_error_message=f"a condition is true, false, a template, or one of: {', '.join(_KINDS)}",
    ),
]

for _model in (AllOf, AnyOf, Not):
    _model.model_rebuild()
