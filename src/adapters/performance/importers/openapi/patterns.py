"""A text for a simple regular expression, made by walking it; nothing is ever matched against it."""

from __future__ import annotations

import re

_LONGEST = 64
_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_REPEAT = re.compile(r"\{(\d{1,3})(?:,\d{0,9})?\}|[*+?]")
_PREFERRED = "aA0"


class _NotSimple(Exception):
    pass


def text_for(pattern: str, least: int = 0) -> str | None:
    """A text that the pattern matches, at least so long where a part may be repeated; None when it is not simple."""
    try:
        walk = _Walk(pattern, least)
        made = walk.alternatives()
    except _NotSimple:
        return None
    return made if walk.at == len(pattern) and least <= len(made) <= max(_LONGEST, least) else None


class _Walk:
    def __init__(self, pattern: str, least: int) -> None:
        self.pattern, self.at, self.least = pattern, 0, least
        self.depth = 0

    def alternatives(self) -> str:
        """The first of what stands between bars."""
        made = self.sequence()
        while self.peek() == "|":
            self.at += 1
            self.sequence()
        return made

    def sequence(self) -> str:
        made = ""
        while (sign := self.peek()) and sign not in "|)":
            if sign in "^$":
                self.at += 1
                continue
            one = self.atom()
            made += one * self.times(one, len(made))
            if len(made) > 1_000:
                raise _NotSimple
        return made

    def atom(self) -> str:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return self.one_of()
        if sign == ".":
            return "a"
        if sign == "\\":
            return self.escaped()
        if sign in "*+?{":
            raise _NotSimple
        return sign

    def group(self) -> str:
        self.depth += 1
        if self.depth > 20:
            raise _NotSimple
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.peek() == "?":
            raise _NotSimple
        made = self.alternatives()
        if self.take() != ")":
            raise _NotSimple
        self.depth -= 1
        return made

    def escaped(self) -> str:
        sign = self.take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign.isalnum():
            raise _NotSimple
        return sign

    def one_of(self) -> str:
        """A character of a class: an ordinary one where it can be."""
        if self.peek() == "^":
            raise _NotSimple
        spans: list[tuple[str, str]] = []
        while (sign := self.take()) != "]":
            first = self.escaped() if sign == "\\" else sign
            last = first
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self.take()
                last = self.escaped() if last == "\\" else last
            spans.append((first, last))
        usual = (sign for sign in _PREFERRED if any(first <= sign <= last for first, last in spans))
        if not spans:
            raise _NotSimple
        return next(usual, spans[0][0])

    def times(self, one: str, so_far: int) -> int:
        match = _REPEAT.match(self.pattern, self.at)
        if match is None:
            return 1
        self.at = match.end()
        if self.peek() and self.peek() in "?+":  # lazy or possessive: the same texts
            self.at += 1
        missing = -(-(self.least - so_far) // max(1, len(one)))
        if match[1] is not None:
            most = match.group()[1:-1].partition(",")
            if not most[1]:
                return int(match[1])
            return max(int(match[1]), min(missing, int(most[2]) if most[2] else missing, _LONGEST))
        if match.group() == "?":
            return 0
        return max(1, min(missing, _LONGEST)) if match.group() == "+" else max(0, min(missing, _LONGEST))

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        sign = self.peek()
        if not sign:
            raise _NotSimple
        self.at += 1
        return sign
