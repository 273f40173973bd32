"""YAML as data, read event by event, so that what a hostile text can cost is bounded before it is paid.

The same values as PyYAML's SafeLoader gives, but for keys such as ``on``, which are texts. A key given twice is
refused, for one of the two would be dropped in silence; so are tags beyond those of JSON, dates and bytes, anchors that
hold themselves, and aliases that would blow up to many times the text ("a billion laughs").
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .documents import MAX_DEPTH, NotData

MAX_CHARACTERS = 30_000_000
"""YAML takes seconds for each few million characters: whoever writes more means JSON."""
_LEAST_ROOM = 1_000_000
_ROOM = 10
"""What a text may grow to by its aliases: so many times its length, or the least room."""
_LONGEST_NUMBER = 400

_PREFIX = "tag:yaml.org,2002:"
_STR, _MERGE, _VALUE, _MAP, _SEQ = (_PREFIX + name for name in ("str", "merge", "value", "map", "seq"))
_BOOL = _PREFIX + "bool"
_NUMBERS = (_PREFIX + "int", _PREFIX + "float")
_WRITTEN = (_PREFIX + "timestamp", _PREFIX + "binary")
_SCALARS = (*_NUMBERS, *_WRITTEN, _BOOL, _PREFIX + "null")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Only its parser is used; that of libyaml where PyYAML was built with it."""


def yaml_data(text: str, *, as_json: bool = False) -> Any:
    """What a YAML text says, None for an empty one; NotData says where it is none or what is too much of it.

    With ``as_json`` only what JSON knows: keys and dates are texts as they are written.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotData(f"not read: more than {MAX_CHARACTERS:,} characters of YAML; write it as JSON")
    try:
        return _Reader(text, as_json).data()
    except yaml.MarkedYAMLError as error:
        raise NotData(
            f"{_place(error.problem_mark or error.context_mark)}not YAML: {yaml_problem(error)}"
        ) from None
    except yaml.YAMLError as error:
        raise NotData(f"not YAML: {error}") from None


def yaml_problem(error: yaml.MarkedYAMLError) -> str:
    """What YAML complains of; an alias or a tag that is none is not quoted: it may be a password without quotes."""
    problem = str(error.problem or error.context)
    if re.search(r"undefined alias|constructor for the tag|duplicate anchor", problem):
        return f"{problem.partition(chr(39))[0].strip()}: a value that begins with *, & or ! goes in quotes"
    return problem


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""


@dataclass(slots=True)
class _Open:
    """A list or a mapping that is being read; ``size`` in characters, aliases counted as what they stand for."""

    value: list[Any] | dict[Any, Any]
    mark: Any
    anchor: str | None
    size: int = 1
    key: Any = None
    has_key: bool = False
    merges: list[Any] = field(default_factory=list)


class _Merge:
    """The key ``<<``."""


class _Reader:
    def __init__(self, text: str, as_json: bool) -> None:
        self._as_json = as_json
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_Loader))
        self._room = max(_LEAST_ROOM, _ROOM * len(text))
        self._resolver: Any = yaml.resolver.Resolver()
        self._constructor = yaml.constructor.SafeConstructor()
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open: list[_Open] = []
        self._documents = 0
        self._result: Any = None
        self._anchored: set[str] = set()

    def data(self) -> Any:
        for event in self._events:
            self._take(event)
        return self._result

    def _take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._name(event)
                value = self._scalar(event)
                self._add(value, 1 + len(event.value), event.start_mark, event.anchor)
            case yaml.AliasEvent():
                value, size = self._aliased(event)
                self._add(value, size, event.start_mark, None)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._name(event)
                self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    _fail("there is more than one document", event.start_mark)

    def _name(self, event: Any) -> None:
        if event.anchor is not None:
            if event.anchor in self._anchored:
                _fail("found duplicate anchor", event.start_mark)
            self._anchored.add(event.anchor)

    def _aliased(self, event: Any) -> tuple[Any, int]:
        if event.anchor in self._anchors:
            return self._anchors[event.anchor]
        if event.anchor in self._anchored:
            _fail("an anchor holds itself", event.start_mark)
        _fail("found undefined alias", event.start_mark)
        raise AssertionError

    def _begin(self, event: Any) -> None:
        expected = _MAP if isinstance(event, yaml.MappingStartEvent) else _SEQ
        if event.tag not in (None, "!", expected):
            _fail("could not determine a constructor for the tag", event.start_mark)
        if len(self._open) >= MAX_DEPTH:
            _fail(f"nested more than {MAX_DEPTH} levels deep", event.start_mark)
        self._open.append(_Open({} if expected == _MAP else [], event.start_mark, event.anchor))

    def _end(self) -> None:
        done = self._open.pop()
        value = done.value
        if isinstance(value, dict) and done.merges:
            merged: dict[Any, Any] = {}
            for one in reversed(done.merges):
                merged.update(one)
            value = {**merged, **value}
        self._add(value, done.size, done.mark, done.anchor)

    def _add(self, value: Any, size: int, mark: Any, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self._result = value
            return
        place = self._open[-1]
        place.size += size
        if place.size > self._room:
            _fail("aliases make it many times as large as it is written", mark)
        if isinstance(place.value, list):
            place.value.append(value)
        elif place.has_key:
            place.has_key = False
            if place.key is _Merge:
                place.merges += _mappings(value, mark)
            else:
                place.value[place.key] = value
        else:
            place.key, place.has_key = _key(value, place.value, mark), True

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        tag = event.tag
        if tag is None or tag == "!":
            plain, _ = event.implicit
            if not plain or tag == "!":
                return text
            tag = self._resolver.resolve(yaml.ScalarNode, text, (True, False))
        if tag in (_STR, _VALUE):
            return text
        if tag == _MERGE:
            return _Merge if self._awaits_key() else text
        if tag == _BOOL and self._awaits_key():  # the key ``on``
            return text
        if self._as_json and (tag in _WRITTEN or (tag != _MERGE and self._awaits_key())):
            return text
        if tag in _NUMBERS and len(text) > _LONGEST_NUMBER:
            _fail("a number of that many digits", event.start_mark)
        if tag not in _SCALARS:
            _fail("could not determine a constructor for the tag", event.start_mark)
        node = yaml.ScalarNode(tag, text, event.start_mark, event.end_mark)
        try:
            value = self._constructor.yaml_constructors[tag](self._constructor, node)
        except (ValueError, ArithmeticError, LookupError, AttributeError):  # an impossible date, `!!int x`
            _fail(f"not a value of the kind {tag.removeprefix(_PREFIX)}", event.start_mark)
        if self._as_json and isinstance(value, float) and not math.isfinite(value):
            _fail("JSON has no such number", event.start_mark)
        return value

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._open[-1].has_key


def _key(value: Any, taken: Any, mark: Any) -> Any:
    if value is _Merge:
        return value
    if not isinstance(value, Hashable):
        _fail("found unhashable key", mark)
    if value in taken:
        _fail(f"{value!r} is given twice" if isinstance(value, str) else "a key is given twice", mark)
    return value


def _mappings(value: Any, mark: Any) -> list[dict[Any, Any]]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in found):
        _fail("expected a mapping or a list of mappings for merging", mark)
    return found


def _fail(problem: str, mark: Any) -> Any:
    raise yaml.constructor.ConstructorError(None, None, problem, mark)
