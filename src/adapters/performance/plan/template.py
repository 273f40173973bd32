"""The template grammar ``${…}``, parsed once into a small tree that every engine interprets.

::

    placeholder = "${" (name | call) [":-" default] "}"
    name        = word { "." word | "[" index "]" | '["' text '"]' }
    call        = function "(" [argument { "," argument }] ")"
    argument    = quoted text, in ' or ", where \\ stands before what is meant as it is | text without ( ) { } ,
    default     = a template; braces in it come in pairs, or are written \\{ and \\}

``${name}`` and ``${var.name}`` are variables or extracted values and what is in them (``${order.items.0.id}``),
``${env.NAME}`` the environment, ``${source.column}`` and ``${csv.source.column}`` the current row of a data feed,
``${iteration}`` and ``${user}`` counters, ``${faker.name}`` values that Faker makes, ``${randint(1, 6)}`` a call of one
of the `functions`. ``$${`` is a literal ``${``. Whatever does not follow the grammar, and every name that has no
value and no default, stays visible as it was written.

Parsing takes time in proportion to the text, whatever is in it, and never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from .functions import objection

MAX_DEPTH = 16
"""How deep defaults may be in one another; deeper ones stay as they are written."""

_WORD = r"[^\W\d][\w-]{0,199}+"
_SEGMENT = (
    r"""\.[\w-]{1,200}+ | \[-?\d{1,9}+\] | \["(?:[^"\\]|\\.){0,200}+"\] | \['(?:[^'\\]|\\.){0,200}+'\]"""
)
_ARGUMENT = r"""
    \s{0,9}+ (?: "(?:[^"\\]|\\.){0,1000}+" | '(?:[^'\\]|\\.){0,1000}+' | [^(){},"'\s][^(){},]{0,1000}+ )? \s{0,9}+
"""
_HEAD = re.compile(
    rf"""
    \$\{{ \s{{0,9}}+
    (?: (?P<function>{_WORD}(?:\.\w{{1,60}}+){{0,2}}+) \( (?P<args>{_ARGUMENT}(?:,{_ARGUMENT}){{0,255}}+) \)
      | (?P<name>{_WORD}(?:{_SEGMENT}){{0,32}}+)
    )
    \s{{0,9}}+ (?P<end> \}} | :- )
    """,
    re.VERBOSE | re.DOTALL,
)
_SEGMENTS = re.compile(
    r"""\.?(?P<word>[\w-]++) | \[(?P<index>-?\d++)\]
      | \[(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*+)(?P=quote)\]""",
    re.VERBOSE | re.DOTALL,
)
_ARGUMENTS = re.compile(
    r"""(?:^|,)\s*+(?: (?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*+)(?P=quote)\s*+ | (?P<bare>[^,]*+) )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_BRACE = re.compile(r"\\([{}])")
_OUTSIDE = re.compile(r"\$\$?\{")
_IN_DEFAULT = re.compile(r"\$\$?\{ | \\[{}] | [{}]", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to look up by its path; ``text`` is the placeholder as written, shown when there is no such value."""

    path: tuple[str, ...]
    default: Template | None
    text: str

    @property
    def name(self) -> str:
        """The path as one text."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Call:
    """A function to call with literal arguments."""

    function: str
    args: tuple[str, ...]
    default: Template | None
    text: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """What looks like a placeholder and is none: ``text`` stays as it is, unless there is a default."""

    text: str
    default: Template | None
    why: str
    shown: str


Part = str | Reference | Call
Template = tuple[Part, ...]
_Scanned = str | Reference | Call | Unusable


def parse(text: str) -> Template:
    """The parts of a template, literals merged; a text without placeholders is one literal part."""
    return _folded(_scan(text)) or ("",)


def unusable(text: str) -> list[Unusable]:
    """What in a template looks like a placeholder and is none, wherever it is outside of defaults."""
    return [part for part in _scan(text) if isinstance(part, Unusable)]


def placeholders(parts: Iterable[Part]) -> Iterator[Reference | Call]:
    """Every placeholder of a template, those in defaults too."""
    for part in parts:
        if not isinstance(part, str):
            yield part
            yield from placeholders(part.default or ())


@dataclass(slots=True)
class _Open:
    """A placeholder whose default is being read; ``braces`` are those in it that are still open."""

    head: re.Match[str]
    parts: list[_Scanned]
    braces: int = 0


def _scan(text: str) -> list[_Scanned]:
    whole: list[_Scanned] = []
    stack: list[_Open] = []
    parts, position = whole, 0
    while (token := (_IN_DEFAULT if stack else _OUTSIDE).search(text, position)) is not None:
        parts.append(text[position : token.start()])
        position = token.end()
        match token.group():
            case "${":
                head = _HEAD.match(text, token.start())
                if head is None or (head["end"] == ":-" and len(stack) == MAX_DEPTH):
                    parts.append(_no_placeholder(text, token.start(), head))
                    position = token.end() if head is None else head.end()
                    _count(stack, 1)
                elif head["end"] == "}":
                    position = head.end()
                    parts.append(_made(head, None, head.group()))
                else:
                    position = head.end()
                    stack.append(_Open(head, []))
                    parts = stack[-1].parts
            case "}" if not stack[-1].braces:
                closed = stack.pop()
                parts = stack[-1].parts if stack else whole
                parts.append(_made(closed.head, _default(closed), text[closed.head.start() : position]))
            case literal:
                parts.append("${" if literal == "$${" else literal)
                _count(stack, {"{": 1, "$${": 1, "}": -1}.get(literal, 0))
    parts.append(text[position:])
    while stack:  # never closed, so they are no placeholders
        left = stack.pop()
        parts = stack[-1].parts if stack else whole
        parts.append(_no_placeholder(text, left.head.start(), left.head))
        parts += left.parts
    return whole


def _count(stack: list[_Open], braces: int) -> None:
    if stack:
        stack[-1].braces += braces


def _default(closed: _Open) -> Template:
    parts = _folded(closed.parts)
    return tuple(_ESCAPED_BRACE.sub(r"\1", part) if isinstance(part, str) else part for part in parts) or (
        "",
    )


def _no_placeholder(text: str, start: int, head: re.Match[str] | None) -> Unusable:
    """Only the part that was read is taken for text: what follows may hold placeholders."""
    end = text.find("}", start, start + 60)
    shown = text[start : end + 1] if end > 0 else text[start : start + 40]
    if head is None:
        open_ended = end < 0 and len(text) < start + 60
        why = "it is not closed" if open_ended else "it is neither a name nor a call; write $${ for ${"
        return Unusable("${", None, why, shown)
    return Unusable(head.group(), None, "it is not closed, or too many defaults are in one another", shown)


def _made(head: re.Match[str], default: Template | None, text: str) -> Reference | Call | Unusable:
    function = head["function"]
    if function is None:
        return Reference(tuple(map(_segment, _SEGMENTS.finditer(head["name"]))), default, text)
    args = tuple(map(_argument, _ARGUMENTS.finditer(head["args"]))) if head["args"].strip() else ()
    why = objection(function, args)
    return Call(function, args, default, text) if why is None else Unusable(text, default, why, text)


def _segment(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return _ESCAPED.sub(r"\1", match["text"])
    return match["index"] or match["word"]


def _argument(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return _ESCAPED.sub(r"\1", match["text"])
    return match["bare"].strip()


def _folded(scanned: list[_Scanned]) -> Template:
    """Without what is unusable, which is text, or its default if it has one; neighbouring literals merged."""
    parts: list[Part] = []
    for literal, group in groupby(
        chain.from_iterable(map(_usable, scanned)), lambda part: isinstance(part, str)
    ):
        if not literal:
            parts += group
        elif text := "".join(map(str, group)):
            parts.append(text)
    return tuple(parts)


def _usable(part: _Scanned) -> Template:
    if not isinstance(part, Unusable):
        return (part,)
    return (part.text,) if part.default is None else part.default
