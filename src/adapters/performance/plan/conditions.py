"""Conditions under which a step runs: a truth value, a template, or a comparison of two."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .base import Model


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


Condition = bool | str | Equals | NotEquals | In | Truthy
