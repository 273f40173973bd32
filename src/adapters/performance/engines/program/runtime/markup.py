"""Values of HTML bodies: lxml, imported where it is needed, reads them as leniently as browsers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from .answer import Answer
from .jsonpath import TooMuch

MOST_HTML = 8 * 1024 * 1024
"""The most characters of HTML that are read."""


def css_source(entry: dict[str, Any]) -> Callable[[Answer], list[Any]]:
    """The texts or attributes of the elements that a CSS selector finds."""
    from cssselect import HTMLTranslator

    find = _find(HTMLTranslator().css_to_xpath(entry["css"]))
    attribute = entry["attribute"]
    if attribute is None:
        return lambda answer: [_text(element) for element in find(answer)]
    name = attribute.lower()
    return lambda answer: [value for one in find(answer) if (value := one.get(name)) is not None]


def xpath_source(entry: dict[str, Any]) -> Callable[[Answer], list[Any]]:
    """What an XPath expression finds: of elements their text, everything else as it is."""
    find = _find(entry["xpath"])
    return lambda answer: [_text(one) if hasattr(one, "tag") else _plain(one) for one in find(answer)]


def _find(expression: str) -> Callable[[Answer], Iterator[Any]]:
    from lxml import etree

    path = etree.XPath(expression)

    def find(answer: Answer) -> Iterator[Any]:
        root = _parsed(answer)
        if root is None:
            return
        try:
            found = path(root)
        except etree.XPathEvalError:  # of a function that there is not, or of values it does not take
            return
        if isinstance(found, list):
            yield from found
        else:
            yield found

    return find


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _text(element: Any) -> str:
    """The text in an element and in all that is in it."""
    return str(_string()(element))


@lru_cache(maxsize=1)
def _string() -> Any:
    from lxml import etree

    return etree.XPath("string()")


def _parsed(answer: Answer) -> Any:
    """The root of the document, None where there is none; made once for an answer."""
    if answer.html is Ellipsis:
        answer.html = _parse(answer.text)
    return answer.html


def _parse(text: str) -> Any:
    from lxml import etree

    if len(text) > MOST_HTML:
        raise TooMuch(f"the HTML is longer than {MOST_HTML} characters")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return etree.fromstring(text.replace("\0", "\ufffd").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # there is nothing in it
        return None
