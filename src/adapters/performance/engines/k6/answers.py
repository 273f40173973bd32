"""Checks and extractors as the script reads them: values as JSON texts, which keep numbers, patterns as JavaScript."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from .regex import javascript_pattern


def for_script(entry: dict[str, Any]) -> dict[str, Any]:
    """A check or an extractor of a program in the script's form."""
    made = {name: value for name, value in entry.items() if name not in ("query", "default")}
    if "query" in entry:
        made["query_json"] = json.dumps(_query(entry["query"]))
    if "default" in entry:
        made["default_json"] = json.dumps(entry["default"])
    if entry.get("kind") == "input":
        made["references"] = _references()
    if "regex" in entry:
        made["regex"] = javascript_pattern(entry["regex"])
    if "tests" in entry:
        made["tests"] = [_test(test) for test in entry["tests"]]
    if "transform" in entry:
        made["transform"] = [
            [name, _references()] if name == "html_unescape" else [name, *given]
            for name, *given in entry["transform"]
        ]
    return made


def condition_for_script(condition: Any) -> Any:
    """A condition of a program in the script's form."""
    match condition:
        case {"op": "matches", "a": a, "b": pattern}:
            return {"op": "matches", "a": a, "b": javascript_pattern(pattern)}
        case {"op": "all" | "any" as op, "of": parts}:
            return {"op": op, "of": [condition_for_script(part) for part in parts]}
        case {"op": "not", "a": part}:
            return {"op": "not", "a": condition_for_script(part)}
    return condition


def patterns(entry: dict[str, Any]) -> Iterator[str]:
    """The regular expressions in an entry, as Python writes them."""
    if "regex" in entry:
        yield entry["regex"]
    yield from (test["value"] for test in entry.get("tests", ()) if test["op"] == "matches")
    yield from _patterns_of(entry.get("query"))


def _patterns_of(query: Any) -> Iterator[str]:
    match query:
        case ["match", argument, str() as pattern]:
            yield pattern
            yield from _patterns_of(argument)
        case ["literal", _]:
            pass
        case list():
            for item in query:
                yield from _patterns_of(item)


def _test(test: dict[str, Any]) -> dict[str, Any]:
    if test["op"] == "matches":
        return {"op": "matches", "regex": javascript_pattern(test["value"])}
    how = "template" if "template" in test else "value"
    return {"op": test["op"], f"{how}_json": json.dumps(test[how])}


def _query(value: Any) -> Any:
    match value:
        case ["match", argument, str() as pattern]:
            return ["match", _query(argument), javascript_pattern(pattern)]
        case ["literal", _]:
            return value
        case list():
            return [_query(item) for item in value]
    return value


def _references() -> dict[str, Any]:
    """What character references stand for, as Python's html module has it."""
    numbers: dict[int, str] = vars(html)["_invalid_charrefs"]
    return {
        "names": html5,
        "numbers": {str(number): character for number, character in numbers.items()},
        "nothing": sorted(vars(html)["_invalid_codepoints"]),
    }
