"""Settings files: found, read, and each key with its line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import yaml

from ..errors import UsageError
from ..plan.yaml_text import yaml_problem
from .text_files import find_candidate, read_text

Path_ = tuple[str | int, ...]
"""The keys that lead to a value."""

VARIABLE = "POLYLOAD_CONFIG"
"""The environment variable that names the settings file; when it is there and empty, none is looked for."""
CANDIDATES = ("config/qa.yaml", "qa.yaml", "polyload.yaml")
"""Looked for in the working folder when none is named; the first that is there is read, and no other."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a file says, and the lines of its keys (none for JSON)."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[Path_, int] = field(default_factory=dict)

    def place(self, path: Path_) -> str:
        """Where a key stands: the file, and the line of the key or of the nearest one around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return f"{self.path}:{self.lines[path[:length]]}"
        return str(self.path)


def find_settings_file(
    given: str | Path | None, environ: Mapping[str, str], folder: Path
) -> tuple[Path, str] | None:
    """Which settings file is to be read and why, or None; one that is named need not be in the folder."""
    if given is not None:
        return Path(given), "--config"
    if VARIABLE in environ:
        return (Path(environ[VARIABLE]), VARIABLE) if environ[VARIABLE] else None
    return find_candidate(CANDIDATES, folder)


def read_settings_file(path: Path, folder: Path) -> SettingsFile:
    """The mapping in a YAML or JSON file; UsageError says where it is not one, or which key is given twice."""
    text = read_text(
        path, folder, hint="it is to be a settings file: check the path, or write one with 'polyload init'"
    )
    lines: dict[Path_, int] = {}
    data = _from_json(path, text) if path.suffix.lower() == ".json" else _from_yaml(path, text, lines)
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        raise UsageError(f"{path}: settings are a mapping of keys, not {_KINDS.get(type(data), 'a value')}")
    return SettingsFile(path, data, lines)


_KINDS: dict[type, str] = {list: "a list", str: "a text", int: "a number", float: "a number"}


def _from_json(path: Path, text: str) -> object:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise UsageError(
                    f"{path}: {key!r} is given twice in the same mapping", hint="keep one of them"
                )
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{path}: line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from error


def _from_yaml(path: Path, text: str, lines: dict[Path_, int]) -> object:
    loader = yaml.SafeLoader(StringIO(text))
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _note_lines(path, node, (), lines, set())
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" line {mark.line + 1}, column {mark.column + 1}:" if mark else ""
        raise UsageError(f"{path}:{where} not YAML: {yaml_problem(error)}") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not YAML: {error}") from error
    except ValueError as error:  # an impossible date, for one
        raise UsageError(f"{path}: not YAML: {error}") from error
    finally:
        loader.dispose()


def _note_lines(path: Path, node: yaml.Node, keys: Path_, lines: dict[Path_, int], seen: set[int]) -> None:
    """The line of each key below a node; UsageError for a key given twice, whose first value would be dropped."""
    if id(node) in seen:  # an alias: its keys stand where it is an anchor
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[*keys, number] = item.start_mark.line + 1
            _note_lines(path, item, (*keys, number), lines, seen)
    if not isinstance(node, yaml.MappingNode):
        return
    found: set[str] = set()
    for key, value in node.value:
        mark = key.start_mark
        if not isinstance(key, yaml.ScalarNode) or (key.tag == "tag:yaml.org,2002:merge"):
            continue
        if key.value in found:
            where = f"line {mark.line + 1}, column {mark.column + 1}"
            raise UsageError(f"{path}: {where}: {key.value!r} is given twice", hint="keep one of them")
        found.add(key.value)
        lines[*keys, key.value] = mark.line + 1
        _note_lines(path, value, (*keys, key.value), lines, seen)
