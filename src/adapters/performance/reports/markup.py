"""Documents of XML: built as trees, so that no text can be taken for markup, and none that XML cannot hold."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from .text import printable

_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 allows no document to contain, not even escaped (its production 2, Char)."""


def xml_text(text: str) -> str:
    """The text in a line, with what cannot be seen, or not be in XML, as escapes such as ``\\x1b``."""
    return _NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(text))


def xml_lines(text: str) -> str:
    """The same of a text whose lines stay lines."""
    return "\n".join(map(xml_text, text.splitlines()))


def document(root: Element) -> str:
    """The tree as a document, indented."""
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'
