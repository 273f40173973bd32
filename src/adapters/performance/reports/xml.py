"""A result of any kind as XML: everything that its JSON holds, in the same order and by the same names.

A field of a result is an element of its name; what is listed by a name of the user's, such as requests, is an ``entry``
with that ``name``; what is listed in order is an ``item``; what is not known has ``nil="true"`` and no content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pydantic import BaseModel

from ..metrics.document import Document
from .markup import document, xml_text


def render(result: Document) -> str:
    """The result as an XML document; its root has the ``schema`` as an attribute."""
    root = Element("result", schema=str(result["schema"]))
    for name, value in _fields(result):
        if name != "schema":
            _fill(SubElement(root, name), value)
    return document(root)


def _fields(model: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        yield field.alias or name, getattr(model, name)
    for name in type(model).model_computed_fields:
        yield name, getattr(model, name)


def _fill(element: Element, value: Any) -> None:
    if value is None:
        element.set("nil", "true")
    elif isinstance(value, BaseModel):
        for name, field in _fields(value):
            _fill(SubElement(element, name), field)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _fill(SubElement(element, "entry", name=xml_text(str(key))), item)
    elif isinstance(value, list | tuple):
        for item in value:
            _fill(SubElement(element, "item"), item)
    else:
        element.text = xml_text(_scalar(value))


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
