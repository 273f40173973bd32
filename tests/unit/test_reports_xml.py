"""XML: everything that the JSON of a result holds, and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from tests.unit.test_reports_formats import HOSTILE, make_result

from adapters.performance.reports import xml

NAME = re.compile(r"[a-z_]\w*")


def as_data(element: ElementTree.Element):
    """The documented shape, read back into JSON values whose scalars are texts."""
    children = list(element)
    if element.get("nil") == "true":
        return None
    if children and children[0].tag == "item":
        return [as_data(child) for child in children]
    if children:
        return {child.get("name", child.tag): as_data(child) for child in children}
    return element.text or ""


def as_texts(value):
    """JSON values, their scalars as XML has them; what is empty is one thing there."""
    if isinstance(value, dict):
        return {key: as_texts(item) for key, item in value.items()} or ""
    if isinstance(value, list):
        return [as_texts(item) for item in value] or ""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("changes", [{}, {"failures": 1, "open_model": True}, {"seconds": 0}])
def test_it_holds_all_that_the_json_holds(changes):
    result = make_result(("GET /a", "a b & <c>"), thresholds=("p95 < 1s", "no: p95 < 1s"), **changes)
    root = ElementTree.fromstring(xml.render(result))
    data = as_texts(result.model_dump(mode="json", by_alias=True))
    assert root.get("schema") == data.pop("schema")
    data["started_at"] = data["started_at"].replace("Z", "+00:00")
    assert as_data(root) == data


def test_names_are_text_wherever_they_are_from():
    root = ElementTree.fromstring(xml.render(make_result((HOSTILE, "]]>\x00"))))
    assert all(NAME.fullmatch(element.tag) for element in root.iter())
    names = [entry.get("name") for entry in root.iterfind("requests/entry")]
    assert "]]>\\x00" in names
    assert any("<script>" in name and "\\x1b" in name for name in names)
