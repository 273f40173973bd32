"""Values for schemas: an example where there is one, else what the schema allows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from ..withheld import literal
from .document import Document, listed, mapping, text
from .patterns import text_for
from .schemas import flat, kind_of, properties

_DEEPEST = 10
_MOST_OF_ONE = 1_000
_OPTIONAL_WITHIN = 2
"""How deep in one another objects and lists may be that are not required."""
_MOST = 300_000
_MOST_ITEMS = 10

FORMATS = {
    "date": "2025-01-31",
    "date-time": "2025-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/example",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "dGV4dA==",
    "binary": "content",
    "password": "Passw0rd!",
    "phone": "+1 202 555 0100",
}


class Samples:
    """Makes values; whatever a document says, their number is bounded."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._all = _MOST
        self._left = _MOST_OF_ONE

    def value(self, schema: Any, name: str = "", *, fresh: bool = False) -> Any:
        """A value for a schema, as it stands in a plan: literal texts escaped, placeholders where ``fresh`` asks for
        values that differ each time, such as new ids. ``name`` is what it is called where nothing else is known.
        """
        self._left = min(_MOST_OF_ONE, self._all)
        before = self._left
        made = self._value(schema, name, (), fresh)
        self._all -= before - self._left
        if self._left <= 0:
            self._document.note(f"a value was cut, for its schema is too large: {name or 'a body'}")
        return made

    def _value(self, schema: Any, name: str, within: tuple[str, ...], fresh: bool) -> Any:
        self._left -= 1
        if self._left <= 0:
            return None
        found = flat(self._document, schema)
        given, value = example(found)
        kind = kind_of(found)
        if given:
            return escaped(_writable(self._document, found, value))
        inside = (*within, text(found.get("x-name")))
        if kind == "object" or (not kind and properties(found)):
            return self._object(found, inside, fresh)
        if kind == "array":
            return self._array(found, name, inside, fresh)
        if kind in ("integer", "number"):
            return _number(found, whole=kind == "integer")
        if kind in ("boolean", "null"):
            return kind == "boolean" or None
        return _text(found, name, fresh, self._document.note)

    def _object(self, schema: dict[str, Any], within: tuple[str, ...], fresh: bool) -> dict[str, Any]:
        required = [text(name) for name in listed(schema.get("required"))]
        made: dict[str, Any] = {}
        for name, inside in properties(schema).items():
            if not self._goes_on(inside, within) or (
                name not in required and len(within) > _OPTIONAL_WITHIN and self._is_container(inside)
            ):
                if name in required:
                    made[escaped(name)] = _empty(self._document, inside)
            elif not _left_out(self._document, inside, name in required):
                made[escaped(name)] = self._value(inside, name, within, fresh)
        further = schema.get("additionalProperties")
        if not properties(schema) and isinstance(further, Mapping) and self._goes_on(further, within):
            made["key"] = self._value(further, "value", within, fresh)
        return made

    def _array(self, schema: dict[str, Any], name: str, within: tuple[str, ...], fresh: bool) -> list[Any]:
        first = listed(schema.get("prefixItems"))[:_MOST_ITEMS]
        items = schema.get("items")
        if first:
            return [self._value(one, name, within, fresh) for one in first]
        if not self._goes_on(items, within) or schema.get("maxItems") == 0:
            return []
        values = listed(flat(self._document, items).get("enum"))
        least = schema.get("minItems")
        count = max(1, min(least, _MOST_ITEMS)) if isinstance(least, int) else 1
        if len(values) >= count > 1:
            return [escaped(value) for value in values[:count]]
        made = [self._value(items, name.removesuffix("s"), within, fresh) for _ in range(count)]
        return _different(made) if schema.get("uniqueItems") is True else made

    def _is_container(self, schema: Any) -> bool:
        return kind_of(flat(self._document, schema)) in ("object", "array")

    def _goes_on(self, schema: Any, within: tuple[str, ...]) -> bool:
        """Whether to go into a schema: not when it is one of those we are in, nor too deep."""
        name = text(flat(self._document, schema).get("x-name"))
        return len(within) < _DEEPEST and (not name or name not in within)


def example(schema: Mapping[str, Any]) -> tuple[bool, Any]:
    """Whether a flat schema, a parameter or a media type has an example or a fixed value, and which."""
    for key in ("example", "x-example"):
        if key in schema:
            return True, schema[key]
    if isinstance(examples := schema.get("examples"), list) and examples:
        return True, examples[0]
    if "const" in schema:
        return True, schema["const"]
    if schema.get("default") is not None:
        return True, schema["default"]
    values = [value for value in listed(schema.get("enum")) if value is not None]
    return (True, values[0]) if values else (False, None)


def escaped(value: Any) -> Any:
    """A value from a document as it stands in a plan, where ``${`` would be a placeholder."""
    match value:
        case str():
            return literal(value)
        case Mapping():
            return {literal(str(key)): escaped(item) for key, item in value.items()}
        case list():
            return [escaped(item) for item in value]
    return value


def _writable(document: Document, schema: Mapping[str, Any], value: Any) -> Any:
    """An example without what only the server sets; one that was written as text where an object is meant is read."""
    if isinstance(value, str) and kind_of(schema) in ("object", "array") and value.lstrip()[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    if not isinstance(value, Mapping):
        return value
    own = properties(schema)
    return {key: item for key, item in value.items() if key not in own or not _read_only(document, own[key])}


def _read_only(document: Document, schema: Any) -> bool:
    return flat(document, schema).get("readOnly") is True


def _left_out(document: Document, schema: Any, required: bool) -> bool:
    """Whether a property is not sent: the server's own, and what is to be used no more."""
    found = flat(document, schema)
    return found.get("readOnly") is True or (found.get("deprecated") is True and not required)


def _empty(document: Document, schema: Any) -> Any:
    """What stands where a schema would go on without end: null where it may, else nothing of its kind."""
    found = flat(document, schema)
    alternatives = [*listed(found.get("anyOf")), *listed(found.get("oneOf")), found]
    if any(
        "null" in listed(mapping(one).get("type")) or mapping(one).get("type") == "null"
        for one in alternatives
    ):
        return None
    return None if found.get("nullable") is True else {"array": [], "object": {}}.get(kind_of(found))


def _text(schema: Mapping[str, Any], name: str, fresh: bool, note: Callable[[str], None]) -> str:
    form = text(schema.get("format")).lower()
    if fresh and form == "uuid":
        return "${uuid()}"
    least, most = _bound(schema.get("minLength")), _bound(schema.get("maxLength"))
    if pattern := text(schema.get("pattern")):
        made = text_for(pattern, min(least or 0, 1_000))
        if made is not None and (most is None or len(made) <= most):
            return literal(made)
        note(f"give {name or 'a value'} a text that the pattern {pattern[:80]} matches")
    value = FORMATS.get(form) or literal(name) or "text"
    if least is not None and len(value) < least:
        value = (value * -(-min(least, 10_000) // len(value)))[: min(least, 10_000)]
    return value[:most] if most else value


def _bound(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(schema: Mapping[str, Any], *, whole: bool) -> int | float:
    """The number nearest to 1 within the bounds, a multiple of what it has to be one of."""
    low, high, step = (_finite(schema.get(key)) for key in ("minimum", "maximum", "multipleOf"))
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    unit = step if step and step > 0 else 1 if whole else 0.5
    if (bound := low if over is True else _finite(over)) is not None:
        low = max((math.floor(bound / unit) + 1) * unit, low if low is not None else -math.inf)
    if (bound := high if under is True else _finite(under)) is not None:
        high = min((math.ceil(bound / unit) - 1) * unit, high if high is not None else math.inf)
    value: float = 1
    if step and step > 0:
        value = step * max(1, math.ceil((low or 0) / step))
    elif low is not None and value < low:
        value = math.ceil(low) if whole else low
    if high is not None and value > high:
        value = math.floor(high) if whole else high
    return int(value) if value == int(value) else value


def _finite(value: Any) -> float | None:
    """A number that can be counted with; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -1e15 < value < 1e15 else None


def _different(values: list[Any]) -> list[Any]:
    """Values that are the same, made different."""
    return [
        value + number
        if isinstance(value, int | float) and not isinstance(value, bool)
        else f"{value}{number + 1}"
        if isinstance(value, str) and number and not value.startswith("${")
        else value
        for number, value in enumerate(values)
    ]
