"""The commands in a text and their words, as a shell would take them; nothing is ever run.

Bash's quotes (``'…'``, ``"…"``, ``$'…'``), backslashes and line continuations, those of Windows' ``cmd`` as browsers
copy them (``^"``), and PowerShell's backticks. A variable becomes the mark ``env.NAME``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..marks import mark, unmarked

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?::-[^{}]*)?\}|([A-Za-z_]\w*))", re.ASCII)
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "E": "\x1b",
}
_CODE = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})")
_OF_CMD = re.compile(r'\^"|\^\s*$|%\^', re.MULTILINE)
_OF_POWERSHELL = re.compile(r"`\s*$", re.MULTILINE)
_ENDS = ";|&\n"


@dataclass
class Words:
    """The words of one command, and the substitutions in it that were left as they are written."""

    words: list[str] = field(default_factory=list)
    substitutions: int = 0
    line: int = 1


def commands(text: str) -> list[Words]:
    """The commands of a text, by whichever of the shells it was written for."""
    text = unmarked(text.replace("\r\n", "\n"))
    if _OF_CMD.search(text):
        return _Shell(_without_carets(text), cmd=True).commands()
    if _OF_POWERSHELL.search(text):
        text = re.sub(r"`[^\S\n]*\n", " ", text).replace('`"', '\\"')
    return _Shell(text).commands()


def _without_carets(text: str) -> str:
    """What ``cmd`` makes of a line before the program sees it: a caret takes what follows it as it is."""
    text = re.sub(r"\^\n\n", "\n", text)
    text = re.sub(r"\^[^\S\n]*\n", " ", text)
    return re.sub(r"\^(.)", r"\1", text, flags=re.DOTALL)


class _Shell:
    def __init__(self, text: str, *, cmd: bool = False) -> None:
        self.text, self.cmd = text, cmd
        self.at, self.line, self.counted = 0, 1, 0
        self.found: list[Words] = []
        self.now = Words()
        self.word: list[str] | None = None
        """The pieces of the word that is being read; None between words."""

    def commands(self) -> list[Words]:
        text = self.text
        while self.at < len(text):
            self.step(text[self.at])
        self.end_command()
        return self.found

    def step(self, sign: str) -> None:
        """Take what stands at this place."""
        if sign in _ENDS and not (self.cmd and sign in ";|&" and self.word is not None):
            self.at += 1
            self.end_command()
        elif sign.isspace():
            self.at += 1
            self.end_word()
        elif sign == "#" and self.word is None:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif sign == '"':
            self.at += 1
            self.double()
        elif self.cmd:
            self.plain_or_escaped(sign)
        elif sign == "'":
            self.single()
        elif sign == "\\":
            self.backslash()
        elif sign == "$":
            self.dollar()
        else:
            self.substituted(sign)
            self.plain(sign)

    def plain(self, sign: str) -> None:
        self.at += 1
        self.add(sign)

    def plain_or_escaped(self, sign: str) -> None:
        if sign == "\\" and self.text[self.at + 1 : self.at + 2] == '"':
            self.at += 1
            sign = '"'
        self.plain(sign)

    def single(self) -> None:
        end = self.text.find("'", self.at + 1)
        end = len(self.text) if end < 0 else end
        self.add(self.text[self.at + 1 : end])
        self.at = end + 1

    def double(self) -> None:
        self.add("")
        while self.at < len(self.text) and (sign := self.text[self.at]) != '"':
            following = self.text[self.at + 1 : self.at + 2]
            if sign == "\\" and following and following in ('"\\' if self.cmd else '"\\$`\n'):
                self.add("" if following == "\n" else following)
                self.at += 2
            elif sign == "$" and not self.cmd:
                self.dollar(quoted=True)
            else:
                self.substituted(sign)
                self.plain(sign)
        self.at += 1

    def backslash(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if following == "\n":
            return
        spaces = re.compile(r"[ \t]+\n").match(self.text, self.at - 1)
        if (
            spaces and self.word is None
        ):  # a continuation with a blank after it: meant, though no shell takes it so
            self.at = spaces.end()
            return
        self.add(following)

    def dollar(self, *, quoted: bool = False) -> None:
        if not quoted and self.text.startswith("$'", self.at):
            self.at += 2
            self.ansi()
            return
        if not quoted and self.text.startswith('$"', self.at):
            self.at += 1
            return
        found = _VARIABLE.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            self.add(mark(f"env.{found[1] or found[2]}"))
            return
        self.substituted(self.text[self.at : self.at + 2])
        self.plain("$")

    def ansi(self) -> None:
        """``$'…'``, in which backslashes are those of C; characters beyond U+FFFF are two halves, as browsers write."""
        made: list[str] = []
        while self.at < len(self.text) and (sign := self.text[self.at]) != "'":
            self.at += 1
            if sign != "\\" or self.at >= len(self.text):
                made.append(sign)
                continue
            code = _CODE.match(self.text, self.at)
            if code is not None:
                self.at = code.end()
                made.append(_character(code))
            else:
                made.append(_ESCAPES.get(self.text[self.at], self.text[self.at]))
                self.at += 1
        self.at += 1
        self.add("".join(made).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def substituted(self, signs: str) -> None:
        if signs in ("$(", "`"):
            self.now.substitutions += 1

    def add(self, text: str) -> None:
        if self.word is None:
            self.word = []
            if not self.now.words:
                self.line += self.text.count("\n", self.counted, self.at)
                self.counted = self.at
                self.now.line = self.line
        self.word.append(text)

    def end_word(self) -> None:
        if self.word is not None:
            self.now.words.append("".join(self.word))
            self.word = None

    def end_command(self) -> None:
        self.end_word()
        if self.now.words:
            self.found.append(self.now)
            self.now = Words()


def _character(code: re.Match[str]) -> str:
    number = int(code[4], 8) if code[4] else int(code[1] or code[2] or code[3], 16)
    return unmarked(chr(number)) if number < 0x110000 else "\ufffd"
