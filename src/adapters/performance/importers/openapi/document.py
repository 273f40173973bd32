"""The document that describes an API: references within it followed, those to elsewhere told and left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

_LONGEST_CHAIN = 32
_MOST_WORK = 3_000_000


class Document:
    """A description of an API in the shape of OpenAPI 3, and the document that its references point into."""

    def __init__(self, root: Mapping[str, Any], note: Callable[[str], None]) -> None:
        self.root = root
        self.note = note
        self.known: dict[str, dict[str, Any]] = {}
        """Schemas that were made flat already, by the references to them."""
        self._work_left = _MOST_WORK

    def spend(self, work: int) -> bool:
        """Whether there is so much work left to be done for this document, which is bounded whatever it says."""
        self._work_left -= work
        if self._work_left < 0:
            self.note("the document refers to its own parts so often that some were left out")
        return self._work_left >= 0

    def follow(self, node: Any) -> dict[str, Any]:
        """The mapping that a node is or refers to, what stands beside a reference first; {} when there is none."""
        beside: dict[str, Any] = {}
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(node, Mapping) or not self.spend(1 + len(node)):
                return beside
            if not isinstance(reference := node.get("$ref"), str):
                return {**node, **beside}
            beside = {**{key: value for key, value in node.items() if key != "$ref"}, **beside}
            node = self._at(reference)
        self.note(f"a reference leads in a circle and was left out: {reference}")
        return {}

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#"):
            self.note(f"what stands in another file was left out: {reference}")
            return None
        node: Any = self.root
        for part in filter(None, reference[1:].split("/")):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(node, Mapping) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and len(key) < 9 and int(key) < len(node):
                node = node[int(key)]
            else:
                self.note(f"a reference leads nowhere and was left out: {reference}")
                return None
        return node


def mapping(value: Any) -> dict[str, Any]:
    """The value when it is a mapping, else {}; keys as texts, for YAML takes 200 for a number."""
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """The value when it is a list, else []."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value when it is a text, else ''."""
    return value if isinstance(value, str) else ""


def first_line(value: Any, longest: int = 160) -> str:
    """The beginning of a description, on one line."""
    line = " ".join(text(value).strip().partition("\n\n")[0].split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
