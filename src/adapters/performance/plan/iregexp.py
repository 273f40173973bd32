"""I-Regexp (RFC 9485), the regular expressions of JSONPath, as Python's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

_TOKEN = re.compile(
    r"""\\(?P<not>[pP])\{(?P<category>[A-Z][a-z]?)\}
      | \\(?P<escaped>[()*+\-.?\[\\\]^nrt{|}])
      | (?P<quantifier>[*+?]|\{[0-9]+(?:,[0-9]*)?\})
      | (?P<char>[^\\])""",
    re.VERBOSE | re.DOTALL,
)
_CATEGORIES = re.compile(r"L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|C[cfno]?")
_SURROGATES = range(0xD800, 0xE000)


def python_pattern(text: str) -> str:
    """The same regular expression in Python's syntax; ValueError when it is no I-Regexp.

    ``^`` and ``$`` are anchors, as all implementations have them.
    """
    try:
        pattern = "".join(_parts(text))
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise ValueError(f"not a regular expression of JSONPath (RFC 9485): {text!r}: {error}") from error
    return pattern


def _parts(text: str) -> Iterator[str]:
    position, in_class, atom = 0, False, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise re.error("it does not have this escape", text, position)
        position = match.end()
        if match["category"] is not None:
            yield _category(match["category"], negated=match["not"] == "P", inside=in_class)
            atom = True
        elif match["escaped"] is not None:
            yield _escaped(match["escaped"])
            atom = True
        elif match["quantifier"] is not None and not in_class:
            if not atom:
                raise re.error("nothing to repeat", text, match.start())
            yield match.group()
            atom = False
        elif in_class:
            in_class = match.group() != "]"
            yield match.group() if in_class is False or match.group() in "^-" else re.escape(match.group())
            atom = True
        else:
            character = match.group()
            in_class = character == "["
            yield _plain(character)
            atom = character not in "(|["


def _escaped(character: str) -> str:
    return "\\" + character if character in "nrt" else re.escape(character)


def _plain(character: str) -> str:
    """A character outside a class."""
    match character:
        case ".":
            return r"[^\n\r]"
        case "$":
            return r"\Z"
        case "(":
            return "(?:"
        case ")" | "|" | "[" | "^":
            return character
        case "]" | "{" | "}":
            raise re.error(f"a {character!r} that is not escaped")
    return re.escape(character)


def _category(name: str, *, negated: bool, inside: bool) -> str:
    if not _CATEGORIES.fullmatch(name):
        raise re.error(f"no category is called {name!r}")
    ranges = _ranges(name, negated)
    return ranges if inside else f"[{ranges}]"


@lru_cache(maxsize=64)
def _ranges(name: str, negated: bool) -> str:
    """The characters of a general category, as the inside of a class."""
    codes = (code for code in range(0x110000) if code not in _SURROGATES)
    wanted = (code for code in codes if unicodedata.category(chr(code)).startswith(name) != negated)
    runs = [
        [code for _, code in run]
        for _, run in groupby(enumerate(wanted), key=lambda numbered: numbered[1] - numbered[0])
    ]
    return "".join(
        rf"\U{run[0]:08x}" if len(run) == 1 else rf"\U{run[0]:08x}-\U{run[-1]:08x}" for run in runs
    )
