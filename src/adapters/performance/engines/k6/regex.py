"""Regular expressions of Python in JavaScript, where they mean the same; every other is refused.

Python parses an expression, and what matches one character is replaced by the characters that Python matches there:
classes, ``\\d``, ``\\w``, ``\\s`` and letters whose case is ignored mean what Python's Unicode says, whatever the other
side knows. What is left is the same in both: sequences, alternatives, groups, repetitions and anchors. JavaScript
forgets a group when a repetition begins anew and passes over repetitions of nothing, so that neither is translated.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

_PLAIN = frozenset(string.ascii_letters + string.digits + " \"'<>=:;,!@#%&~`_")
_MOST_REPEATS = 1000
"""Go's bound on counted repetitions, nested ones multiplied."""
_DEEPEST = 100
_ALWAYS = 0x110000


class Untranslatable(Exception):
    """An expression that JavaScript does not have; its text says what of it."""


@lru_cache(maxsize=256)
def javascript_pattern(pattern: str) -> str:
    """The source of a ``RegExp`` with the flag ``u`` that finds what Python finds; Untranslatable."""
    parsed = _parser.parse(pattern)
    return _Translation().sequence(parsed, parsed.state.flags, _Around())


def matches_nothing(pattern: str) -> bool:
    """Whether an expression may match an empty text."""
    return bool(_parser.parse(pattern).getwidth()[0] == 0)


class _Around:
    """What an expression stands in: how deep, and how often it is repeated at most."""

    def __init__(self, depth: int = 0, repeats: int = 1, *, again: bool = False) -> None:
        if depth > _DEEPEST:
            raise Untranslatable("groups that deep in one another")
        self.depth = depth
        self.repeats = repeats
        self.again = again

    def inner(self) -> _Around:
        return _Around(self.depth + 1, self.repeats, again=self.again)

    def repeated(self, least: int, most: Any) -> _Around:
        bound = least if most is _constants.MAXREPEAT else most
        repeats = self.repeats * max(1, bound)
        if repeats > _MOST_REPEATS:
            raise Untranslatable(f"more than {_MOST_REPEATS} repetitions")
        return _Around(self.depth + 1, repeats, again=self.again or most is _constants.MAXREPEAT or most > 1)


class _Translation:
    """The translation of one expression."""

    def sequence(self, items: Any, flags: int, around: _Around) -> str:
        return "".join(self._item(str(op), value, flags, around) for op, value in items)

    def _item(self, op: str, value: Any, flags: int, around: _Around) -> str:
        match op:
            case "LITERAL" if not flags & re.IGNORECASE:
                return _character(value)
            case "LITERAL":
                return _class(_escaped(value), flags)
            case "NOT_LITERAL":
                return _class(f"[^{_escaped(value)}]", flags)
            case "ANY":
                return r"[\s\S]" if flags & re.DOTALL else r"[^\n]"
            case "IN":
                return _class(_class_source(value), flags)
            case "BRANCH":
                branches = (self.sequence(branch, flags, around.inner()) for branch in value[1])
                return f"(?:{'|'.join(branches)})"
            case "SUBPATTERN":
                return self._group(value, flags, around)
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(value, flags, around) + ("?" if op == "MIN_REPEAT" else "")
            case "AT" if str(value) in _ANCHORS:
                return _ANCHORS[str(value)](flags)
        raise Untranslatable(_NAMES.get(str(value) if op == "AT" else op, "one of its parts"))

    def _group(self, value: Any, flags: int, around: _Around) -> str:
        number, add, remove, inside = value
        if number is not None and around.again:
            raise Untranslatable("a group in a repetition")
        translated = self.sequence(inside, (flags | add) & ~remove, around.inner())
        return f"(?:{translated})" if number is None else f"({translated})"

    def _repeat(self, value: Any, flags: int, around: _Around) -> str:
        least, most, inside = value
        if inside.getwidth()[0] == 0:
            raise Untranslatable("a repetition of what may be empty")
        translated = self.sequence(inside, flags, around.repeated(least, most))
        bound = "" if most is _constants.MAXREPEAT else most
        return f"(?:{translated}){{{least},{bound}}}"


_NAMES = {
    "ASSERT": "a look at what comes before or after",
    "ASSERT_NOT": "a look at what comes before or after",
    "GROUPREF": "a reference to a group",
    "GROUPREF_EXISTS": "a choice by a group",
    "ATOMIC_GROUP": "an atomic group",
    "POSSESSIVE_REPEAT": "a possessive repetition",
    "AT_NON_BOUNDARY": r"\B",
}


def _boundary(flags: int) -> str:
    word = _class(r"\w", flags)
    return f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"


_END = r"(?![\s\S])"
_ANCHORS: dict[str, Callable[[int], str]] = {
    "AT_BEGINNING": lambda flags: r"(?:^|(?<=\n))" if flags & re.MULTILINE else "^",
    "AT_BEGINNING_STRING": lambda flags: "^",
    "AT_END": lambda flags: r"(?![^\n])" if flags & re.MULTILINE else rf"(?=\n?{_END})",
    "AT_END_STRING": lambda flags: _END,
    "AT_BOUNDARY": _boundary,
}


def _character(code: int) -> str:
    return chr(code) if chr(code) in _PLAIN else rf"\u{{{code:x}}}"


def _escaped(code: int) -> str:
    """A character in Python's syntax, in a class and out of one."""
    return rf"\U{code:08x}"


def _class_source(items: Any) -> str:
    """A class in Python's syntax."""
    inside = ""
    for op, value in items:
        match str(op):
            case "NEGATE":
                inside += "^"
            case "LITERAL":
                inside += _escaped(value)
            case "RANGE":
                inside += f"{_escaped(value[0])}-{_escaped(value[1])}"
            case _:
                inside += _CATEGORIES[str(value)]
    return f"[{inside}]"


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


@lru_cache(maxsize=512)
def _class(source: str, flags: int) -> str:
    """The characters that an expression of one character matches, as a class; of two complements the shorter."""
    expression = re.compile(f"{source}+", flags & (re.IGNORECASE | re.ASCII))
    runs = [match.span() for match in expression.finditer(_characters())]
    others = [
        (end, start)
        for end, start in zip(
            [0, *(end for _, end in runs)], [*(start for start, _ in runs), _ALWAYS], strict=True
        )
        if end < start
    ]
    if not runs:
        return r"[^\s\S]"
    return f"[{_ranges(runs)}]" if len(runs) <= len(others) else f"[^{_ranges(others)}]"


def _ranges(runs: list[tuple[int, int]]) -> str:
    return "".join(
        _code(start) if end - start == 1 else f"{_code(start)}-{_code(end - 1)}" for start, end in runs
    )


def _code(code: int) -> str:
    return chr(code) if chr(code).isascii() and chr(code).isalnum() else rf"\u{{{code:x}}}"


@lru_cache(maxsize=1)
def _characters() -> str:
    return "".join(map(chr, range(_ALWAYS)))
