"""Schemas made flat: what several of them say together, and of alternatives the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .document import Document, listed, mapping, text

_DEEPEST = 24


def flat(document: Document, schema: Any, depth: int = 0) -> dict[str, Any]:
    """A schema with its reference followed, ``allOf`` merged, and the first of ``oneOf`` and ``anyOf`` chosen.

    The values under ``properties`` and ``items`` are left as they stand. ``x-name`` is what a reference ends with.
    """
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return {}
    reference = schema.get("$ref")
    if not isinstance(reference, str) or len(schema) > 1:
        return _flat(document, schema, depth)
    if reference not in document.known:
        document.known[reference] = {}  # what leads back here says nothing
        document.known[reference] = _flat(document, schema, depth)
    return document.known[reference]


def _flat(document: Document, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    made = document.follow(schema)
    document.spend(len(mapping(made.get("properties"))))
    if isinstance(reference := schema.get("$ref"), str):
        made["x-name"] = reference.rpartition("/")[2]
    parts = [flat(document, one, depth + 1) for one in listed(made.get("allOf"))[:64]]
    for key in ("oneOf", "anyOf"):
        if chosen := _chosen(document, listed(made.get(key)), depth):
            if (told := _discriminated(made, chosen)) is not None:
                parts.append(told)
            parts.append(chosen)
    for part in parts:
        made = _merged(made, part)
    return made


def kind_of(schema: Mapping[str, Any]) -> str:
    """The type that a flat schema's values have: the first that is not null, or what its other words mean."""
    given = schema.get("type")
    types = [given] if isinstance(given, str) else [one for one in listed(given) if isinstance(one, str)]
    for one in types:
        if one != "null":
            return one
    if types:
        return "null"
    for kind, words in (
        ("object", ("properties", "additionalProperties", "required")),
        ("array", ("items", "prefixItems", "minItems")),
        ("string", ("pattern", "minLength", "maxLength", "format", "contentEncoding")),
        ("number", ("minimum", "maximum", "multipleOf", "exclusiveMinimum")),
    ):
        if any(word in schema for word in words):
            return kind
    return ""


def properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a flat schema of an object."""
    return mapping(schema.get("properties"))


def _chosen(document: Document, alternatives: list[Any], depth: int) -> dict[str, Any]:
    """The first alternative that is not only null."""
    for one in alternatives[:64]:
        found = flat(document, one, depth + 1)
        if found and kind_of(found) != "null":
            return found
    return {}


def _discriminated(schema: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any] | None:
    """What the property that tells alternatives apart is for the chosen one."""
    told = mapping(schema.get("discriminator"))
    name, of_schema = text(told.get("propertyName")), text(chosen.get("x-name"))
    if not name or not of_schema:
        return None
    names = {text(target).rpartition("/")[2]: key for key, target in mapping(told.get("mapping")).items()}
    return {"properties": {name: {"const": names.get(of_schema, of_schema)}}}


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both schemas at once: what the first says goes before what the second does."""
    made = {**second, **first}
    ours, theirs = properties(first), properties(second)
    if ours or theirs:
        made["properties"] = {
            name: ours.get(name, theirs.get(name)) for name in dict.fromkeys((*theirs, *ours))
        }
    if required := [*listed(first.get("required")), *listed(second.get("required"))]:
        made["required"] = required
    return made
