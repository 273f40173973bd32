"""Names for variables, readable, and each free when it is taken."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_GENERIC = frozenset(
    [
        "id",
        "uuid",
        "guid",
        "key",
        "value",
        "code",
        "name",
        "number",
        "no",
        "hash",
        "slug",
        "ref",
        "href",
        "url",
    ]
)
_TAKEN = frozenset(["user", "iteration", "env", "var", "csv", "data", "faker", "target"])
_NOT_SAID = frozenset(("x", "the", "data", "result", "results", "payload", "response", "body", "attributes"))


class Names:
    """Hands out variables: one whose last use is over may be set anew, as a token is that each page renews."""

    def __init__(self) -> None:
        self._last_use: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def free(self, name: str, around: str, source: int, last_use: int) -> str:
        """A name for a value called ``name`` inside ``around``, set by one request and last sent by another."""
        base = _readable(name, around)
        free = base
        while self._last_use.get(free, -1) > source:
            self._numbers[base] = self._numbers.get(base, 1) + 1
            free = f"{base}_{self._numbers[base]}"
        self._last_use[free] = last_use
        return free


def _readable(name: str, around: str) -> str:
    words = _words(name) or ["value"]
    if len(words) == 1 and words[0] in _GENERIC:
        words = [_singular(word) for word in _words(around)[-2:]] + words
    text = "_".join(words[-5:])[:48].strip("_")
    if not text or not text[0].isalpha():
        text = f"value_{text}".rstrip("_")
    return f"{text}_value" if text in _TAKEN else text


def _words(name: str) -> list[str]:
    words = [word.lower() for word in _WORDS.findall(name)]
    return [word for word in words if word not in _NOT_SAID]


def _singular(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
