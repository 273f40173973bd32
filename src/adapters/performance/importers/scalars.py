"""Texts and numbers as YAML scalars that mean the same to every parser: plain where nothing is taken amiss."""

from __future__ import annotations

import json
import re

import yaml

_PLAIN = re.compile(r"[A-Za-z_/$.][^\n\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]*")
_AMISS = re.compile(r": |:$| #|\s$|^---|^\.\.\.|\t")
_IN_FLOW = re.compile(r"[\[\]{},?&*:]")
_LIKE_A_NUMBER = re.compile(r"\.?[\d_.:eExXoOa-fA-F+-]*")
_WORDS = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|~)")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_UNPRINTABLE = re.compile(
    r"[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
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
    if ('"' in text or "\\" in text) and "'" not in text and text.isprintable() and not _ESCAPED.search(text):
        return f"'{text}'"
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def block(text: str) -> tuple[str, list[str]] | None:
    """A text of several lines as a literal block: its head, such as ``|-``, and its lines; None where it is none."""
    if "\n" not in text.rstrip("\n") or _UNPRINTABLE.search(text) or text[:1] in " \t\n":
        return None
    bare = text.rstrip("\n")
    chomping = {0: "-", 1: ""}.get(len(text) - len(bare), "+")
    return f"|{chomping}", (bare if chomping != "+" else text[:-1]).split("\n")


def _is_plain(text: str, flow: bool) -> bool:
    if _DURATION.fullmatch(text):
        return True
    if not _PLAIN.fullmatch(text) or _AMISS.search(text) or (flow and _IN_FLOW.search(text)):
        return False
    if _WORDS.fullmatch(text) or _LIKE_A_NUMBER.fullmatch(text):
        return False
    return not any(pattern.match(text) for _, pattern in _RESOLVERS.get(text[0], ()))


def _float(value: float) -> str:
    """A float that YAML 1.1 takes for one: with a point in it."""
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text
