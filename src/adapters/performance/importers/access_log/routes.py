"""Paths folded into routes, in bounded memory: ids become parts that vary, and so does what has too many names."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_CHILDREN = 40
"""Names that a place in a path may have before it counts as one that varies."""
_MOST_SEGMENTS = 16
_MOST_METHODS = 20
_MOST_ROUTES = 5_000
_MOST_CACHED = 50_000
SAMPLES = 50
"""URLs kept of each route, drawn evenly from all of its requests."""

VARIES = "{}"
_SEGMENT = re.compile(
    r"\d+|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|\d{4}-\d\d-\d\d"
    r"|(?=[\w~-]*\d)(?=[\w~-]*[A-Z])(?=[\w~-]*[a-z])[\w~-]{16,}|[\w.~%-]+-\d{3,}|[0-9A-HJKMNP-TV-Z]{26}",
    re.ASCII,
)
_VERSION = re.compile(r"v\d+", re.ASCII)


@dataclass
class Route:
    """The requests of one method and form of path."""

    count: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)
    """URLs that were answered well."""
    sampled: int = 0
    """How many there were to draw them from."""
    took_s: float = 0.0
    timed: int = 0

    def add(self, url: str, status: int, took_s: float | None, chance: random.Random) -> None:
        """Count a request."""
        self.count += 1
        self.statuses[status] += 1
        if took_s is not None:
            self.took_s += took_s
            self.timed += 1
        if 0 < status < 400:
            self.sampled += 1
            if len(self.samples) < SAMPLES:
                self.samples.append(url)
            elif (place := int(chance.random() * self.sampled)) < SAMPLES:
                self.samples[place] = url

    def merge(self, other: Route, chance: random.Random) -> None:
        """Count the requests of another route as of this one; URLs stay drawn evenly from both."""
        mine, theirs = self.sampled, other.sampled
        self.count += other.count
        self.statuses += other.statuses
        self.took_s, self.timed = self.took_s + other.took_s, self.timed + other.timed
        ours, others = list(self.samples), list(other.samples)
        chance.shuffle(ours)
        chance.shuffle(others)
        self.samples = []
        while (ours or others) and len(self.samples) < SAMPLES:
            from_ours = bool(ours) and (not others or chance.random() * (mine + theirs) < mine)
            self.samples.append((ours if from_ours else others).pop())
        self.sampled = mine + theirs

    @property
    def failed(self) -> int:
        """Requests that were answered with an error."""
        return sum(count for status, count in self.statuses.items() if status >= 400)


class _Node:
    __slots__ = ("children", "route", "varies")

    def __init__(self) -> None:
        self.varies = False
        """There were too many names here to tell apart."""
        self.children: dict[str, _Node] = {}
        self.route: Route | None = None


class Routes:
    """The routes of a log, by method."""

    def __init__(self, seed: int = 1) -> None:
        self._roots: dict[str, _Node] = {}
        self._cache: dict[tuple[str, str], Route] = {}
        self._chance = random.Random(seed)
        self._count = 0
        self.beyond = 0
        """Requests on routes that were too many to tell apart."""

    def add(self, method: str, url: str, status: int, took_s: float | None) -> None:
        """Count a request under its route."""
        path = url.partition("?")[0]
        route = self._cache.get((method, path))
        if route is None:
            found = self._find(method, path)
            if found is None:
                self.beyond += 1
                return
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[method, path] = route = found
        route.add(url, status, took_s, self._chance)

    def all(self) -> Iterator[tuple[str, str, Route]]:
        """Method, form of the path and route of each, the most frequent first."""
        found = [
            (method, form, route) for method, root in self._roots.items() for form, route in _leaves(root, "")
        ]
        yield from sorted(found, key=lambda one: (-one[2].count, one[0], one[1]))

    def _find(self, method: str, path: str) -> Route | None:
        segments = path.split("/")[1:]
        if len(segments) > _MOST_SEGMENTS or (
            method not in self._roots and len(self._roots) >= _MOST_METHODS
        ):
            return None
        node = self._roots.setdefault(method, _Node())
        for segment in segments:
            node = self._child(node, segment)
        if node.route is None:
            if self._count >= _MOST_ROUTES:
                return None
            self._count += 1
            node.route = Route()
        return node.route

    def _child(self, node: _Node, segment: str) -> _Node:
        name = VARIES if node.varies else folded(segment)
        children = node.children
        if name not in children:
            children[name] = _Node()
            if sum(1 for one in children if one != VARIES) > MOST_CHILDREN:
                self._fold(node)
                name = VARIES
        return children[name]

    def _fold(self, node: _Node) -> None:
        """Make one varying part of all the names at a place."""
        into = node.children.pop(VARIES, None) or _Node()
        for child in node.children.values():
            self._merge(into, child)
        node.children.clear()
        node.children[VARIES] = into
        node.varies = True
        self._cache.clear()

    def _merge(self, into: _Node, other: _Node) -> None:
        if other.route is not None:
            if into.route is None:
                into.route = other.route
            else:
                into.route.merge(other.route, self._chance)
                self._count -= 1
        into.varies = into.varies or other.varies
        for name, child in other.children.items():
            if name in into.children:
                self._merge(into.children[name], child)
            else:
                into.children[name] = child


def folded(segment: str) -> str:
    """A part of a path, or the sign for one that varies when it looks like an id."""
    return VARIES if _SEGMENT.fullmatch(segment) and len(segment) < 300 else segment


def _leaves(node: _Node, form: str) -> Iterator[tuple[str, Route]]:
    if node.route is not None:
        yield form or "/", node.route
    for name, child in node.children.items():
        yield from _leaves(child, f"{form}/{name}")
