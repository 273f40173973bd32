"""Hidden fields of HTML forms, and meta elements, in which servers hand out tokens against forged requests."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from .session import MISSING


def input_value(html: str, name: str) -> Any:
    """The value of the first input, or the content of the first meta element, of a name; MISSING if there is none."""
    finder = _Finder(name)
    finder.feed(html)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.found: Any = MISSING

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {"input": "value", "meta": "content"}.get(tag)
        given = dict(attrs)
        if self.found is MISSING and held is not None and given.get("name") == self._name:
            value = given.get(held)
            self.found = MISSING if value is None else value
