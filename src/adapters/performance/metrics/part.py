"""Parts of a run that figures are read from: what some of its requests were, in some of its seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .histogram import Histogram
from .window import RequestStats, Window

Scope = str | None
"""The name of a request, or None for all of them."""


@dataclass(slots=True)
class Part:
    """The statistics of some requests, and how often their checks passed and failed.

    ``lag``, ``iterations``, ``dropped`` and ``interrupted`` are of a whole run; None of anything less.
    """

    stats: RequestStats = field(default_factory=RequestStats)
    passed: int = 0
    failed: int = 0
    lag: Histogram | None = None
    iterations: int | None = None
    dropped: int | None = None
    interrupted: int | None = None

    def merge(self, other: Part) -> None:
        """Add another part's requests and checks; the other is left as it is."""
        self.stats.merge(other.stats)
        self.passed += other.passed
        self.failed += other.failed


def part_of(
    requests: Mapping[str, RequestStats], checks: Mapping[str, tuple[int, int]], scope: Scope
) -> Part:
    """What requests and checks by their names say of those in a scope."""
    part = Part()
    for name, stats in requests.items():
        if scope is None or name == scope:
            part.stats.merge(stats)
    for name, (passed, failed) in checks.items():
        if scope is None or name.startswith(f"{scope}: "):
            part.passed += passed
            part.failed += failed
    return part


class Total(NamedTuple):
    """How many requests and checks there were."""

    requests: int
    checks: int


class Seconds:
    """What each second of a run says of some scopes, for thresholds that must hold in every window."""

    def __init__(self, scopes: Collection[Scope]) -> None:
        self._scopes = tuple(scopes)
        self._parts: dict[Scope, dict[int, Part]] = {scope: {} for scope in self._scopes}
        self._newest = -1

    def add(self, window: Window) -> None:
        """Take a report on a second."""
        if window.start_s > self._newest:
            self._pack(self._newest)
            self._newest = window.start_s
        for scope in self._scopes:
            part = part_of(window.requests, window.checks, scope)
            self._parts[scope].setdefault(window.start_s, Part()).merge(part)

    def cleared(self) -> Seconds:
        """The same scopes, and nothing known of them."""
        return Seconds(self._scopes)

    def parts(self, scope: Scope, seconds: Iterable[int]) -> Iterator[Part]:
        """The part of each of these seconds; an empty one where nothing was reported."""
        return (self._parts[scope].get(second) or Part() for second in seconds)

    def total(self, scope: Scope) -> Total:
        """How much there was in all seconds together."""
        parts = self._parts[scope].values()
        return Total(
            sum(part.stats.requests for part in parts), sum(part.passed + part.failed for part in parts)
        )

    def _pack(self, second: int) -> None:
        for parts in self._parts.values():
            if second in parts:
                stats = parts[second].stats
                for times in (stats.latency, stats.response, stats.ttfb, stats.connect, stats.tls):
                    if times is not None:
                        times.pack()


class Sliding:
    """The sum of the last ``length`` parts, at the price of three additions for each that is pushed.

    Parts cannot be taken away again, so the older ones are kept as sums from each of them to the newest of them: the
    queue of two stacks (https://en.wikipedia.org/wiki/Queue_(abstract_data_type)#Amortized_queue).
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._sums: list[
            Part
        ] = []  # of older parts: the last from the oldest on, the first of the newest alone
        self._newer: deque[Part] = deque()
        self._newer_sum = Part()

    def push(self, part: Part) -> Part | None:
        """Take the next part; the sum of the last ``length``, None while there are fewer."""
        if len(self._sums) + len(self._newer) == self._length:
            self._drop_oldest()
        self._newer.append(part)
        self._newer_sum.merge(part)
        if len(self._sums) + len(self._newer) < self._length:
            return None
        total = Part()
        if self._sums:
            total.merge(self._sums[-1])
        total.merge(self._newer_sum)
        return total

    def _drop_oldest(self) -> None:
        if not self._sums:
            total = Part()
            while self._newer:
                older = Part()
                older.merge(self._newer.pop())
                older.merge(total)
                self._sums.append(older)
                total = older
            self._newer_sum = Part()
        self._sums.pop()
