"""Parts of a run that figures are read from: what some of its requests were, in some of its seconds."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from .groups import GroupStats
from .histogram import Histogram
from .window import OTHER_ERRORS, RequestStats, Window

Scope = str | None
"""The name of a request or of a group, or None for all requests."""
TIMES = ("latency", "response", "ttfb", "connect", "tls")
"""The distributions of times that requests have."""


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

    def add(
        self,
        requests: Mapping[str, RequestStats],
        checks: Mapping[str, tuple[int, int]],
        scope: Scope,
        times: Collection[str] = TIMES,
        groups: Mapping[str, GroupStats] = MappingProxyType({}),
    ) -> None:
        """Add those requests and checks, by their names, that are in a scope, of their times only some; or a group."""
        for name, stats in requests.items():
            if scope is None or name == scope:
                self.stats.merge(stats if times is TIMES else _with_times(stats, times))
        if scope is not None and scope in groups:
            self.stats.merge(_as_requests(groups[scope]))
        for name, (passed, failed) in checks.items():
            if scope is None or name.startswith(f"{scope}: "):
                self.passed += passed
                self.failed += failed


def part_of(
    requests: Mapping[str, RequestStats],
    checks: Mapping[str, tuple[int, int]],
    scope: Scope,
    times: Collection[str] = TIMES,
    groups: Mapping[str, GroupStats] = MappingProxyType({}),
) -> Part:
    """What requests, checks and groups by their names say of those in a scope."""
    part = Part()
    part.add(requests, checks, scope, times, groups)
    return part


def _as_requests(group: GroupStats) -> RequestStats:
    """Groups as requests that took as long; which way those failed in which something failed, is not told apart."""
    errors = Counter({OTHER_ERRORS: group.failures}) if group.failures else Counter()
    return RequestStats(group.count, group.failures, group.duration, errors=errors)


def _with_times(stats: RequestStats, times: Collection[str]) -> RequestStats:
    """The same requests, with some of their times; what is shared is not changed."""
    return RequestStats(
        stats.requests,
        stats.failures,
        stats.latency if "latency" in times else Histogram(),
        **{name: getattr(stats, name) for name in TIMES[1:] if name in times},
        status_codes=stats.status_codes,
        errors=stats.errors,
    )


class Total(NamedTuple):
    """How many requests and checks there were."""

    requests: int
    checks: int


class Seconds:
    """What each second of a run says of some scopes, for thresholds that must hold in every window.

    Of each scope it keeps counts, and the distributions of those ``times`` that are named.
    """

    def __init__(self, times: Mapping[Scope, Collection[str]]) -> None:
        self._times = dict(times)
        self._parts: dict[Scope, dict[int, Part]] = {scope: {} for scope in times}
        self._newest = -1

    def add(self, window: Window) -> None:
        """Take a report on a second."""
        if window.start_s > self._newest:
            self._pack(self._newest)
            self._newest = window.start_s
        for scope, times in self._times.items():
            part = self._parts[scope].setdefault(window.start_s, Part())
            part.add(window.requests, window.checks, scope, times, window.groups)

    def cleared(self) -> Seconds:
        """The same scopes, and nothing known of them."""
        return Seconds(self._times)

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
        for scope, times in self._times.items():
            part = self._parts[scope].get(second)
            if part is None:
                continue
            for name in times:
                distribution: Histogram | None = getattr(part.stats, name)
                if distribution is not None:
                    distribution.pack()


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
