"""Where values of an answer are found: what checks and extractors have in common."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from .extras import has_extra, needs_extra


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


def _jmespath(text: str) -> str:
    try:
        import jmespath
    except ImportError as error:
        raise ValueError(needs_extra("JMESPath expressions", "jmespath")) from error
    try:
        jmespath.compile(text)
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        said = str(error).splitlines()[0] if str(error) else "it is empty"
        raise ValueError(f"not a JMESPath expression: {text!r}: {said}") from error
    return text


def _css(text: str) -> str:
    if not has_extra("html"):
        raise ValueError(needs_extra("CSS selectors", "html"))
    from cssselect import HTMLTranslator, SelectorError

    try:
        HTMLTranslator().css_to_xpath(text)
    except (SelectorError, RecursionError) as error:
        raise ValueError(f"not a CSS selector: {text!r}: {error}") from error
    return text


def _xpath(text: str) -> str:
    if not has_extra("html"):
        raise ValueError(needs_extra("XPath expressions", "html"))
    from lxml import etree

    try:
        etree.XPath(text)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"not an XPath expression: {text!r}: {error}") from error
    return text


Regex = Annotated[str, AfterValidator(_regex)]
JmesPath = Annotated[str, AfterValidator(_jmespath)]
CssSelector = Annotated[str, AfterValidator(_css)]
XPath = Annotated[str, AfterValidator(_xpath)]
