"""Python's regular expressions in JavaScript: what they become, and which are refused."""

from __future__ import annotations

import pytest

from adapters.performance.engines.k6.regex import Untranslatable, javascript_pattern


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (r'name="csrf" value="([^"]*)"', r'name="csrf" value="((?:[^\u{22}]){0,})"'),
        (r"(?P<id>[0-9]+?)\.", r"((?:[0-9]){1,}?)\u{2e}"),
        ("(?i)k", r"[Kk\u{212a}]"),
        ("(?a)\\d", "[0-9]"),
        ("(?s).", r"[\s\S]"),
        (".", r"[^\n]"),
        ("^a$", r"^a(?=\n?(?![\s\S]))"),
        ("(?m)^a$", r"(?:^|(?<=\n))a(?![^\n])"),
        ("ab|cd", "(?:ab|cd)"),
        (r"[^\s\S]", r"[^\s\S]"),
        ("\U0001f600", r"\u{1f600}"),
    ],
)
def test_what_they_become(pattern: str, source: str) -> None:
    assert javascript_pattern(pattern) == source


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(a)\1", "a reference to a group"),
        ("a(?=b)", "before or after"),
        ("(?<!a)b", "before or after"),
        ("(a)?(?(1)b)", "a choice by a group"),
        (r"\Ba", r"\B"),
        ("(?>a)", "an atomic group"),
        ("a*+", "a possessive repetition"),
        ("(a*)*", "what may be empty"),
        ("(?:(a)|b)*", "a group in a repetition"),
        ("a{1001}", "more than 1000 repetitions"),
        ("(?:a{100}){11}", "more than 1000 repetitions"),
        ("(" * 101 + "a" + ")" * 101, "that deep"),
    ],
)
def test_what_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(Untranslatable) as caught:
        javascript_pattern(pattern)
    assert words in str(caught.value)
