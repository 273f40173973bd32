"""Values that an answer hands out, and how each would be taken from it: JSON, headers, cookies, HTML."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from ...plan.documents import NotData, json_data
from ...plan.secrets import is_secret
from .entries import Exchange

_MOST_BYTES = 20_000_000
_TAG = re.compile(r"<(input|meta)\b([^<>]{1,3000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]{1,60})\s{0,4}=\s{0,4}(?:"([^"<>]{0,2500})"|'([^'<>]{0,2500})')""")
_ASSIGNED = re.compile(
    r"""(?<![\w$-])(?P<quote>["']?)(?P<name>[A-Za-z_$][\w$-]{1,40})(?P=quote)\s{0,3}[:=]\s{0,3}(?P<q>["'])"""
    r"""(?P<value>[^"'\\\s<>]{6,2048})(?P=q)"""
)
_SAID_BY_EVERY_ANSWER = re.compile(
    r"set-cookie|date|expires|last-modified|age|server|via|vary|content-.*|cache-control|connection|keep-alive"
    r"|transfer-encoding|strict-transport-security|access-control-.*|alt-svc|accept-ranges|pragma|report-to|nel"
    r"|x-powered-by|x-frame-options|x-content-type-options|x-xss-protection|referrer-policy|server-timing"
)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FOR_A_REGEX = re.compile(r"([.^$*+?()\[\]{}|\\/])")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class HandedOut:
    """A value of an answer: under which name, and the extractor that finds it again; None for one that would not."""

    value: str | int
    name: str
    around: str
    """What the name belongs to: the object that holds it, or nothing."""
    extractor: Callable[[], dict[str, Any] | None]


def handed_out(one: Exchange) -> Iterator[HandedOut]:
    """The values of an answer, the surest places first."""
    body = one.answer_text
    if len(body) <= _MOST_BYTES:
        if "json" in one.answer_type or body[:1] in ("{", "["):
            yield from _json(body)
        elif "html" in one.answer_type:
            yield from _html(body)
    for name, value in one.answer_headers:
        if value and not _SAID_BY_EVERY_ANSWER.fullmatch(name):
            yield HandedOut(value, name, "", partial(dict, header=_titled(name)))
    for name, value in one.set_cookies():
        yield HandedOut(value, name, "", partial(dict, cookie=name))
        if "%" in value:  # scripts read it decoded
            yield HandedOut(unquote(value), name, "", partial(dict, cookie=name, transform="url_decode"))


def _json(body: str) -> Iterator[HandedOut]:
    try:
        data = json_data(body)
    except NotData:
        return
    stack: list[tuple[Any, Any]] = [
        (data, None)
    ]  # a value, and (what leads to what holds it, its key) or None
    while stack:
        value, link = stack.pop()
        match value:
            case dict():
                stack.extend((item, (link, key)) for key, item in reversed(value.items()))
            case list():
                stack.extend((item, (link, number)) for number, item in reversed(list(enumerate(value))))
            case bool() | None | float():
                pass
            case _:
                path = _path(link)
                names = [key for key in path if isinstance(key, str)]
                name, around = (names[-1] if names else ""), (names[-2] if len(names) > 1 else "")
                yield HandedOut(value, name, around, partial(_by_path, path))


def _path(link: Any) -> Path:
    keys: list[str | int] = []
    while link is not None:
        link, key = link
        keys.append(key)
    return tuple(reversed(keys))


def _by_path(path: Path) -> dict[str, Any] | None:
    if not all(key.isprintable() for key in path if isinstance(key, str)):
        return None
    return {"json": "$" + "".join(map(_segment, path))}


def _segment(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


def _html(body: str) -> Iterator[HandedOut]:
    """Hidden fields of forms, ``meta`` elements, and what scripts in the page call a token."""
    seen: dict[str, int] = {}
    for tag in _TAG.finditer(body):
        attributes = {
            name.lower(): (double or single, '"' if double else "'")
            for name, double, single in _ATTRIBUTE.findall(tag[2])
        }
        holder = "value" if tag[1].lower() == "input" else "content"
        if "name" not in attributes or not attributes.get(holder, ("",))[0]:
            continue
        value, name = attributes[holder][0], attributes["name"][0]
        pattern = _tag_pattern(tag[1], tag[2], holder, attributes)
        index = seen.get(pattern, 0)
        seen[pattern] = index + 1
        meant = html.unescape(value)
        yield HandedOut(meant, name, "", partial(_by_regex, pattern, index, unescape=meant != value))
    indexes: dict[str, dict[str, int]] = {}
    for found in _ASSIGNED.finditer(body):
        name, value = found["name"], found["value"]
        if is_secret(name):
            yield HandedOut(value, name, "", partial(_assigned, indexes, name, value, body))


def _tag_pattern(tag: str, inside: str, holder: str, attributes: dict[str, tuple[str, str]]) -> str:
    """The expression that finds this tag by its name, its attributes in the order in which they stand."""
    name, quote = attributes["name"]
    held = attributes[holder][1]
    named, wanted = f"name={quote}{_literally(name)}{quote}", f"{holder}={held}([^{held}]+){held}"
    lower = inside.lower()
    first, second = (named, wanted) if lower.find("name=") < lower.find(f"{holder}=") else (wanted, named)
    return f"<{tag}[^>]*{first}[^>]*{second}"


def _literally(text: str) -> str:
    return _FOR_A_REGEX.sub(r"\\\1", text)


def _by_regex(pattern: str, index: int, *, unescape: bool = False) -> dict[str, Any]:
    transform = {"transform": "html_unescape"} if unescape else {}
    return {"regex": pattern, **({"index": index} if index else {}), **transform}


def _assigned(indexes: dict[str, dict[str, int]], name: str, value: str, body: str) -> dict[str, Any] | None:
    """How to find the first place where a script gives a name this value; ``indexes`` are those found so far."""
    pattern = f"""{_literally(name)}["']?\\s*[:=]\\s*["']([^"']+)"""
    if pattern not in indexes:
        found: dict[str, int] = {}
        for index, place in enumerate(re.finditer(pattern, body)):
            found.setdefault(place[1], index)
        indexes[pattern] = found
    index_of = indexes[pattern].get(value)
    return None if index_of is None else _by_regex(pattern, index_of)


def _titled(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))


def as_text(value: str | int) -> str:
    """How a value is written where everything is text."""
    return value if isinstance(value, str) else json.dumps(value)
