"""Fields of HTML forms, hidden ones among them, and meta elements: where servers hand out what is to be sent back.

Tags are told as browsers tell them (HTML, section 13.2.5), without a tree: what is in comments, scripts and other raw
text is no tag, of a repeated attribute the first counts. ``fields.js`` of k6's script does the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

_BEGIN = re.compile(r"<(?:!--|(?=[a-zA-Z]))")
_TAG = re.compile(
    r"""([a-zA-Z][^\t\n\f\r />]*)
        ((?:=[\t\n\f\r ]*(?:"[^"]*"|'[^']*'|[^\t\n\f\r >"'][^\t\n\f\r >]*|(?=>))|[^>=])*)>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""([^\t\n\f\r /=]+)
        (?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r "'][^\t\n\f\r ]*)?))?""",
    re.VERBOSE,
)
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|([a-zA-Z][a-zA-Z0-9]*;?)(?!=))")
_RAW = ("script", "style", "textarea", "title", "noscript", "iframe", "noembed", "noframes", "xmp")
_HELD = {"input": "value", "meta": "content"}


def field_values(html: str, name: str) -> Iterator[str]:
    """The values of the inputs, and the contents of the meta elements, of a name, in order."""
    at = 0
    while begin := _BEGIN.search(html, at):
        if begin.group() == "<!--":
            at = html.find("-->", begin.end() - 2) + 3
            if at < 3:
                return
            continue
        tag = _TAG.match(html, begin.end())
        if tag is None:  # the document ends in it
            return
        element, at = tag[1].lower(), tag.end()
        if element in _HELD:
            attributes = _attributes(tag[2])
            value = attributes.get(_HELD[element])
            if attributes.get("name") == name and value is not None:
                yield value
        elif element in _RAW:
            end = re.compile(rf"</{element}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII).search(html, at)
            if end is None:
                return
            at = end.end()


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), _REFERENCE.sub(_character, double or single or bare))
    return found


def _character(match: re.Match[str]) -> str:
    """What a character reference in an attribute stands for."""
    return unescape(match[0]) if match[1] is None else html5.get(match[1], match[0])
