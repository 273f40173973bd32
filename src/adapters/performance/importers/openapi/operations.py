"""What an API can be asked to do, whatever version of whichever language says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import swagger2
from .document import Document, first_line, listed, mapping, text

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_MOST = 10_000
_SEGMENT = re.compile(r"\{([^{}/]*)\}")


@dataclass(frozen=True)
class Operation:
    """One operation, in the words of OpenAPI 3, its references followed as far as its own fields go."""

    method: str
    path: str
    id: str
    tags: tuple[str, ...]
    summary: str
    deprecated: bool
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any]
    """The ``requestBody``; empty when there is none."""
    responses: dict[str, Any]
    security: Any
    servers: list[Any]
    """Its own or its path's servers; empty when it is where the API is."""

    @property
    def name(self) -> str:
        """Under which its figures are gathered."""
        return self.id or f"{self.method} {self.path}"

    @property
    def path_names(self) -> list[str]:
        """The names of the parameters in its path, in order."""
        return _SEGMENT.findall(self.path)

    def parameters_in(self, place: str) -> list[dict[str, Any]]:
        """Its parameters in the ``path``, the ``query``, a ``header`` or a ``cookie``."""
        return [one for one in self.parameters if one.get("in") == place and text(one.get("name"))]

    def success(self, document: Document) -> dict[str, Any]:
        """The schema of the JSON of its first declared success; {} when it is not said."""
        for status in sorted(self.responses):
            if status.startswith("2"):
                content = mapping(document.follow(self.responses[status]).get("content"))
                for kind, media in content.items():
                    if "json" in kind or kind == "*/*":
                        return mapping(mapping(media).get("schema"))
        return {}


def operations(document: Document) -> Iterator[Operation]:
    """Every operation, in the order in which the document has them."""
    count = 0
    for path, item in mapping(document.root.get("paths")).items():
        if not path.startswith("/"):
            continue
        item = document.follow(item)
        for method in (method for method in item if method in METHODS):
            if not isinstance(item[method], dict):
                continue
            count += 1
            if count > _MOST:
                document.note(f"only the first {_MOST:,} operations were taken")
                return
            yield _operation(document, path, method, item)


def _operation(document: Document, path: str, method: str, item: dict[str, Any]) -> Operation:
    found: dict[str, Any] = item[method]
    parameters = _parameters(document, item, found)
    if "swagger" in document.root:
        found = swagger2.operation(document, found, parameters)
        parameters = found["parameters"]
    return Operation(
        method=method.upper(),
        path=path,
        id=first_line(found.get("operationId")),
        tags=tuple(first_line(tag) for tag in listed(found.get("tags")) if text(tag)),
        summary=first_line(found.get("summary")) or first_line(found.get("description")),
        deprecated=found.get("deprecated") is True,
        parameters=tuple(parameters),
        body=document.follow(found.get("requestBody")),
        responses=mapping(found.get("responses")),
        security=found.get("security", document.root.get("security")),
        servers=listed(found.get("servers")) or listed(item.get("servers")),
    )


def _parameters(document: Document, item: dict[str, Any], found: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of an operation, those of its path first unless it has them itself."""
    given: dict[tuple[str, str], dict[str, Any]] = {}
    for node in (*listed(item.get("parameters")), *listed(found.get("parameters"))):
        parameter = document.follow(node)
        given[text(parameter.get("in")), text(parameter.get("name"))] = parameter
    return list(given.values())
