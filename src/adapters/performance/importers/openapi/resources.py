"""What belongs together and in which order: operations on one thing, and where the ids of things come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .document import Document
from .operations import Operation
from .schemas import flat, kind_of, properties

_METHODS = {False: ("POST", "GET", "PUT", "PATCH"), True: ("GET", "PUT", "PATCH", "POST")}
_LAST = re.compile(r"(log|sign)[-_]?(out|off)$", re.IGNORECASE)
_PARAMETER = re.compile(r"\{[^{}/]*\}")
_RESERVED = frozenset({"iteration", "user", "env", "var", "csv", "data", "faker"})
_USUAL = ("id", "uuid", "guid", "slug", "key", "name")


@dataclass(frozen=True)
class Origin:
    """Where an id comes from: an operation, and the path in the JSON of its answer."""

    operation: Operation
    path: str
    creates: bool
    """Whether the operation makes a new thing; else it lists those there are."""


def grouped(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    """The operations by their first tag, or the first part of their path, each group in an order that works."""
    groups: dict[str, list[Operation]] = {}
    for one in operations:
        groups.setdefault(one.tags[0] if one.tags else _first_part(one.path), []).append(one)
    return {name: sorted(group, key=_turn) for name, group in groups.items()}


def _first_part(path: str) -> str:
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    return parts[0] if parts else "api"


def _turn(operation: Operation) -> tuple[int, int, int]:
    """Things are made, read, changed and only then deleted, those within others first; one logs out last."""
    depth = len(operation.path_names)
    if _LAST.search(operation.path.rstrip("/")):
        return 2, 0, 0
    if operation.method == "DELETE":
        return 1, -depth, -operation.path.count("/")
    order = _METHODS[operation.path.rstrip("/").endswith("}")]
    return 0, depth, order.index(operation.method) if operation.method in order else len(order)


class Origins:
    """Finds, for the parameters of paths, the operations that hand out their values."""

    def __init__(self, document: Document, operations: Sequence[Operation]) -> None:
        self._document = document
        self._by_path: dict[tuple[str, str], Operation] = {}
        for one in operations:
            self._by_path.setdefault((one.method, _same(one.path)), one)

    def of(self, operation: Operation, name: str) -> Origin | None:
        """Where the value of a parameter of its path comes from: what makes such things, or else what lists them."""
        before, found, _ = operation.path.partition("{" + name + "}")
        if not found or not before.endswith("/"):
            return None
        collection = _same(before)
        maker = self._by_path.get(("POST", collection))
        if maker is not None and maker is not operation:
            path = self._id_in(maker.success(self._document), name, collection)
            if path is not None:
                return Origin(maker, f"$.{path}", creates=True)
        lister = self._by_path.get(("GET", collection))
        if lister is not None and lister is not operation:
            path = self._id_in_list(lister.success(self._document), name, collection)
            if path is not None:
                return Origin(lister, path, creates=False)
        return None

    def _id_in(self, schema: Any, name: str, collection: str) -> str | None:
        """The path of the id in an object, or in an object of it."""
        found = flat(self._document, schema)
        if (key := _id_among(properties(found), name, collection)) is not None:
            return key
        for inside, one in properties(found).items():
            key = _id_among(properties(flat(self._document, one)), name, collection)
            if key is not None and _is_plain(inside):
                return f"{inside}.{key}"
        return None

    def _id_in_list(self, schema: Any, name: str, collection: str) -> str | None:
        found = flat(self._document, schema)
        if kind_of(found) == "array":
            key = self._id_in(found.get("items"), name, collection)
            return f"$[0].{key}" if key is not None else None
        for inside, one in properties(found).items():
            items = flat(self._document, one)
            if kind_of(items) == "array" and _is_plain(inside):
                key = self._id_in(items.get("items"), name, collection)
                return f"$.{inside}[0].{key}" if key is not None else None
        return None


def variable_for(operation: Operation, name: str) -> str:
    """The variable that a parameter of a path is: its name, with that of its thing when it is only an id."""
    before = operation.path.partition("{" + name + "}")[0]
    parts = [part for part in before.split("/") if part and not part.startswith("{")]
    own = re.sub(r"\W", "_", name, flags=re.ASCII) or "value"
    if _bare(name) in _USUAL and parts:
        thing = re.sub(r"\W", "_", parts[-1], flags=re.ASCII)
        own = f"{_singular(thing)}_{own}"
    return f"{own}_value" if own in _RESERVED or not (own[0].isalpha() or own[0] == "_") else own


def _id_among(names: dict[str, Any], name: str, collection: str) -> str | None:
    """The property that a parameter's value is: the one of its name, else the id of the thing it names."""
    bare = {_bare(key): key for key in reversed([key for key in names if _is_plain(key)])}
    wanted = _bare(name)
    if wanted in bare:
        return bare[wanted]
    thing = _bare(_singular(collection.rstrip("/").rpartition("/")[2]))
    for usual in _USUAL:
        if usual in bare and wanted in (f"{thing}{usual}", f"{wanted.removesuffix(usual)}{usual}"):
            return bare[usual]
    return bare.get("id") if wanted == thing else None


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name, flags=re.ASCII).lower()


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w-]*", name, re.ASCII) is not None


def _same(path: str) -> str:
    """A path in which it does not matter what parameters are called."""
    return _PARAMETER.sub("{}", path).rstrip("/")
