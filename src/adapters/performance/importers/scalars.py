"""Texts and numbers as YAML scalars that mean the same to every parser: plain where nothing is taken amiss."""

from __future__ import annotations

import json
import re
from functools import lru_cache

import yaml

_PLAIN = re.compile(r"[A-Za-z_/$].*")
_AMISS = re.compile(r": |:$| #|\s$|^---|^\.\.\.|\t")
_IN_FLOW = re.compile(r"[\[\]{},?&*:]")
_WORDS = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|~)")
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_DURATION = re.compile(r"\d+(\.\d+)?(ms|s|m|h)")


def scalar(value: object, *, flow: bool = False) -> str:
    """A scalar on one line; ``flow`` when it stands inside brackets."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case str():
            return value if _is_plain(value, flow) else quoted(value)
    return str(value)


def quoted(text: str) -> str:
    """A text in quotes: in single ones when it has double ones or backslashes, and nothing that must be escaped."""
    shown = text.isprintable()
    if shown and ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    escaped = json.dumps(text, ensure_ascii=False)
    return escaped if shown else "".join(one if one.isprintable() else _escape(ord(one)) for one in escaped)


def block(text: str) -> tuple[str, list[str]] | None:
    """A text of several lines as a literal block: its head, such as ``|-``, and its lines; None where it is none."""
    if "\n" not in text.rstrip("\n") or text[:1] in " \t\n":
        return None
    bare = text.rstrip("\n")
    chomping = {0: "-", 1: ""}.get(len(text) - len(bare), "+")
    lines = (bare if chomping != "+" else text[:-1]).split("\n")
    return (f"|{chomping}", lines) if all(line.replace("\t", "").isprintable() for line in lines) else None


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@lru_cache(maxsize=10_000)
def _is_plain(text: str, flow: bool) -> bool:
    if _DURATION.fullmatch(text):
        return True
    if (
        not text.isprintable()
        or not _PLAIN.fullmatch(text)
        or _AMISS.search(text)
        or (flow and _IN_FLOW.search(text))
    ):
        return False
    return not _WORDS.fullmatch(text) and not any(
        pattern.match(text) for _, pattern in _RESOLVERS.get(text[0], ())
    )


def _float(value: float) -> str:
    """A float that YAML 1.1 takes for one: with a point in it."""
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text
