"""Transforms: what is made of an extracted value."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from .values import is_number, shown

Transform = Callable[[Any], Any]
_WHOLE = re.compile(r"[+-]?[0-9]+")
_MOST_DIGITS = 4000
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class Unfit(Exception):
    """A value of which a transform makes nothing."""


def compile_transforms(transforms: list[list[str]]) -> Transform | None:
    """What is made of a value, as a function that may raise Unfit; None where it stays as it is."""
    steps = [_TRANSFORMS[name](*arguments) for name, *arguments in transforms]
    if not steps:
        return None

    def transform(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return transform


def _of_text(change: Callable[[str], Any]) -> Callable[[], Transform]:
    """A transform of the text of a value, of which a ValueError makes nothing."""

    def transform(value: Any) -> Any:
        try:
            return change(shown(value))
        except (ValueError, RecursionError):
            raise Unfit from None

    return lambda: transform


def _int(value: Any) -> int:
    if is_number(value):
        try:
            return int(value)
        except (ValueError, OverflowError):
            raise Unfit from None
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > _MOST_DIGITS or not _WHOLE.fullmatch(text):
        raise Unfit
    return int(text)


def _float(value: Any) -> float:
    text = value.strip() if isinstance(value, str) else ""
    if not is_number(value) and not _NUMBER.fullmatch(text):
        raise Unfit
    try:
        number = float(value)
    except OverflowError:
        raise Unfit from None
    if number in (float("inf"), float("-inf")) or number != number:
        raise Unfit
    return number


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise Unfit
    return len(value)


def _base64_decoded(text: str) -> str:
    """UTF-8 text in base64, of either alphabet, with or without its padding."""
    plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    content = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    if base64.b64encode(content).decode().rstrip("=") != plain:
        raise ValueError("bits are left over")
    return content.decode()


_TRANSFORMS: dict[str, Callable[..., Transform]] = {
    "trim": _of_text(lambda text: text.strip()),
    "lower": _of_text(lambda text: text.lower()),
    "upper": _of_text(lambda text: text.upper()),
    "int": lambda: _int,
    "float": lambda: _float,
    "json": _of_text(json.loads),
    "length": lambda: _length,
    "url_decode": _of_text(lambda text: unquote(text, errors="strict")),
    "url_encode": _of_text(lambda text: quote(text, safe="")),
    "base64_decode": _of_text(_base64_decoded),
    "base64_encode": _of_text(lambda text: base64.b64encode(text.encode()).decode()),
    "html_unescape": _of_text(html.unescape),
    "prefix": lambda prefix: lambda value: prefix + shown(value),
    "suffix": lambda suffix: lambda value: shown(value) + suffix,
    "replace": lambda old, new: lambda value: shown(value).replace(old, new),
}
