"""Names of values within texts that are taken apart before it is known what becomes of them.

A mark stands for a shell's or Postman's variable while URLs are split and JSON is read; `finished` makes placeholders
of marks and escapes what only looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .withheld import Withheld, literal

_BEGIN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_STRANGE = re.compile(f"[{_BEGIN}{_END}]")


def mark(name: str) -> str:
    """The mark for a name."""
    return f"{_BEGIN}{name}{_END}"


def unmarked(text: str) -> str:
    """A text from outside, in which nothing is a mark yet."""
    return _STRANGE.sub("\ufffd", text)


def has_mark(text: str) -> bool:
    """Whether there is a mark in a text."""
    return _BEGIN in text


def is_mark(text: str) -> bool:
    """Whether a text is one mark and nothing else."""
    return _MARK.fullmatch(text) is not None


def names(value: Any) -> Iterator[str]:
    """The names that are marked anywhere in a JSON value."""
    match value:
        case str():
            yield from _MARK.findall(value)
        case Mapping():
            for key, item in value.items():
                yield from names(key)
                yield from names(item)
        case list():
            for item in value:
                yield from names(item)


def finished(value: Any, named: Callable[[str], str]) -> Any:
    """A JSON value as it stands in a plan: ``named`` says what stands for a name, such as ``${token}``."""
    match value:
        case str():
            parts = _MARK.split(value)
            return "".join(named(part) if number % 2 else literal(part) for number, part in enumerate(parts))
        case Mapping():
            return {finished(key, named): finished(item, named) for key, item in value.items()}
        case list():
            return [finished(item, named) for item in value]
    return value


class MarkedSecrets(Withheld):
    """Secrets whose placeholders are marks, ``env.PASSWORD`` being the name; what is marked already is no secret."""

    def __call__(self, value: str, name: str) -> str:
        if has_mark(value):
            return value
        placeholder = super().__call__(value, name)
        return mark(placeholder[2:-1]) if placeholder != value else value
