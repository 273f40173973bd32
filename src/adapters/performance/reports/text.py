"""Text that came from outside, made harmless to look at."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # part of ordinary words and of emoji


def printable(text: str) -> str:
    """The text with control, direction and other invisible characters shown as escapes such as ``\\x1b``."""
    if text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def cut(text: str, length: int) -> str:
    """The text, at most ``length`` characters long; an ellipsis shows that there was more."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _escaped(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _INVISIBLE:
        return character
    code = ord(character)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    return named or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )
