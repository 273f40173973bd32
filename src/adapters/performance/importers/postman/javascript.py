"""Scripts cut into statements and blocks, by their signs alone; nothing is ever run.

A simple statement becomes one text without blanks in which each string is a number in quotes, as in
``pm.environment.set('0',data.token)``, so that a regular expression can tell what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_LENGTH = 100_000
_MAX_DEPTH = 20
_SIGN = re.compile(
    r"""(?P<blank>[^\S\n]+)|(?P<line>\n)|(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\$])*`)
      |(?P<word>[A-Za-z_$][\w$]*)|(?P<number>\d+(?:\.\d+)?)
      |(?P<sign>===|!==|=>|==|!=|<=|>=|&&|\|\||\?\.|\+\+|--|.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_PATTERN = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_OPENS, _CLOSES = "([{", ")]}"
_GOES_ON_WORDS = ". ?. && || === == !== != = + - * / , ? : ) ] => < > <= >= {"
_GOES_ON = frozenset(_GOES_ON_WORDS.split())
_WAITS_WORDS = ". ?. && || === == !== != = + - * / , ? : ( [ => < > <= >= !"
_WAITS = frozenset(_WAITS_WORDS.split())
_COMPOUND_WORDS = "if for while function try switch do else class async"
_COMPOUND = frozenset(_COMPOUND_WORDS.split())
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class _Sign:
    kind: str
    text: str
    after_line: bool


@dataclass
class Statement:
    """A statement: its text, the strings that the text has numbers of, and the block of each ``{…}`` in it."""

    text: str
    strings: list[str] = field(default_factory=list)
    blocks: list[list[Statement]] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The statement for people, its strings in their places."""
        return re.sub(r"'(\d+)'", lambda found: repr(self.strings[int(found[1])]), self.text)


def statements(script: str) -> list[Statement]:
    """The statements of a script; [] when it is too long to be looked at."""
    return _statements(list(_signs(script)), 0) if len(script) <= MAX_LENGTH else []


def _signs(script: str) -> Iterator[_Sign]:
    at, after_line, before = 0, False, ""
    while at < len(script):
        pattern = (
            _PATTERN.match(script, at)
            if script[at] == "/" and before in ("", *"=([,:!&|?{};", "return")
            else None
        )
        found = pattern or _SIGN.match(script, at)
        assert found is not None
        at = found.end()
        kind = "pattern" if pattern else str(found.lastgroup)
        if kind == "line":
            after_line = True
        elif kind not in ("blank", "comment"):
            yield _Sign(kind, found.group(), after_line)
            after_line, before = False, found.group()[-1:] if kind != "word" else found.group()


def _statements(signs: list[_Sign], depth: int) -> list[Statement]:
    return [made for part in _parts(signs) if (made := _statement(part, depth)) is not None]


def _parts(signs: list[_Sign]) -> Iterator[list[_Sign]]:
    """The signs of one statement after the other: a semicolon or a line that begins anew ends one."""
    now: list[_Sign] = []
    inside = 0
    for sign in signs:
        anew = (
            sign.after_line
            and not inside
            and now
            and sign.text not in _GOES_ON
            and now[-1].text not in _WAITS
        )
        ends_block = (
            now and not inside and now[-1].text == "}" and now[0].text in _COMPOUND and sign.text != "else"
        )
        if (anew or ends_block) and not (sign.text == "else" and now[0].text == "if"):
            yield now
            now = []
        if sign.text == ";" and not inside:
            yield now
            now = []
            continue
        inside += (sign.text in _OPENS) - (sign.text in _CLOSES) if sign.kind == "sign" else 0
        now.append(sign)
    yield now


def _statement(signs: list[_Sign], depth: int) -> Statement | None:
    if not signs:
        return None
    made = Statement("")
    parts: list[str] = []
    at, before = 0, ""
    while at < len(signs):
        sign = signs[at]
        at += 1
        if sign.kind == "sign" and sign.text == "{":
            end = _closing(signs, at)
            inside = signs[at:end]
            at = end + 1
            made.blocks.append(_statements(inside, depth + 1) if depth < _MAX_DEPTH else [])
            parts.append("{}")
            before = ""
            continue
        if sign.kind == "string":
            made.strings.append(_unescaped(sign.text[1:-1]))
            parts.append(f"'{len(made.strings) - 1}'")
        else:
            words = before and sign.kind in ("word", "number")
            parts.append(f" {sign.text}" if words else sign.text)
        before = sign.text if sign.kind in ("word", "number") else ""
    made.text = "".join(parts)
    return made


def _closing(signs: list[_Sign], at: int) -> int:
    """Where the brace that was opened just before is closed."""
    inside = 1
    while at < len(signs):
        if signs[at].kind == "sign":
            inside += (signs[at].text == "{") - (signs[at].text == "}")
        if not inside:
            return at
        at += 1
    return at


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _NAMED.get(found[3], found[3])

    made = _ESCAPE.sub(one, text) if "\\" in text else text
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
