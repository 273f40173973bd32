"""Transforms: what is made of an extracted value, a short list that means the same on every engine."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .base import Model

TransformName = Literal[
    "trim",
    "lower",
    "upper",
    "int",
    "float",
    "json",
    "length",
    "url_decode",
    "url_encode",
    "base64_decode",
    "base64_encode",
    "html_unescape",
]


class Prefix(Model):
    """A text put before the value."""

    prefix: str


class Suffix(Model):
    """A text put behind the value."""

    suffix: str


class Replace(Model):
    """Every place of a text in the value replaced by another; no regular expression."""

    replace: tuple[Annotated[str, Field(min_length=1)], str]


def _several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


Transform = TransformName | Prefix | Suffix | Replace
Transforms = Annotated[
    tuple[Transform, ...], BeforeValidator(_several, json_schema_input_type=Transform | tuple[Transform, ...])
]
"""One or several, applied in order."""


def as_data(transforms: Transforms) -> list[list[str]]:
    """Transforms as ``[name, argument, …]``."""
    shown: list[list[str]] = []
    for transform in transforms:
        match transform:
            case str():
                shown.append([transform])
            case Prefix():
                shown.append(["prefix", transform.prefix])
            case Suffix():
                shown.append(["suffix", transform.suffix])
            case Replace():
                shown.append(["replace", *transform.replace])
    return shown
