"""The requests of a collection in their order, each with what its folders say for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_DEEPEST = 50


@dataclass(frozen=True)
class Item:
    """A request, and what of its folders goes for it."""

    names: tuple[str, ...]
    request: Mapping[str, Any]
    auth: Any
    behaviour: Mapping[str, Any]
    tests: tuple[str, ...]
    before: bool
    """Whether a script runs before it."""


@dataclass
class _Around:
    names: tuple[str, ...] = ()
    auth: Any = None
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    before: bool = False
    depth: int = 0


def items(root: Mapping[str, Any]) -> Iterator[Item]:
    """The requests of a collection."""
    yield from _items(root["item"], _inside(root, _Around(), named=False))


def _items(items: list[Any], around: _Around) -> Iterator[Item]:
    """The requests of a list of items and of the folders in it, in order."""
    for one in items:
        if not isinstance(one, Mapping) or around.depth > _DEEPEST:
            continue
        inside = _inside(one, around, named=True)
        if isinstance(one.get("item"), list):
            yield from _items(one["item"], inside)
        elif one.get("request"):
            request = one["request"] if isinstance(one["request"], Mapping) else {"url": one["request"]}
            auth = request.get("auth") or inside.auth
            yield Item(inside.names, request, auth, inside.behaviour, inside.tests, inside.before)


def _inside(one: Mapping[str, Any], around: _Around, *, named: bool) -> _Around:
    name = " ".join(str(one.get("name") or "").split())[:80]
    behaviour = one.get("protocolProfileBehavior")
    return _Around(
        (*around.names, name) if named and name else around.names,
        one.get("auth") or around.auth,
        {**around.behaviour, **(behaviour if isinstance(behaviour, Mapping) else {})},
        (*around.tests, *_scripts(one, "test")),
        around.before or any(_scripts(one, "prerequest")),
        around.depth + 1,
    )


def _scripts(one: Mapping[str, Any], when: str) -> Iterator[str]:
    """The scripts of an item that are run before it or as its test; empty ones are none."""
    events = one.get("event")
    for event in events if isinstance(events, list) else []:
        if not isinstance(event, Mapping) or event.get("listen") != when or event.get("disabled") is True:
            continue
        script = event.get("script")
        lines = script.get("exec") if isinstance(script, Mapping) else script
        text = (
            "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else lines
        )
        if isinstance(text, str) and text.strip():
            yield text
