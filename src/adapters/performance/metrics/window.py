"""Windows: what happened in one second of a run, as counts and histograms that merge by addition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .groups import GroupStats, merge_groups
from .histogram import Histogram

MAX_ERROR_GROUPS = 50
MAX_MESSAGE = 200
OTHER_ERRORS = ("other", "further errors, not told apart")

ErrorCounts = Counter[tuple[str, str]]


def bounded_errors(errors: Mapping[tuple[str, str], int]) -> ErrorCounts:
    """The same number of errors in at most MAX_ERROR_GROUPS groups, messages cut to MAX_MESSAGE characters.

    The largest groups are kept, ties in alphabetical order; the rest is counted under OTHER_ERRORS.
    """
    groups: ErrorCounts = Counter()
    for (kind, message), count in errors.items():
        groups[kind, message[:MAX_MESSAGE]] += count
    if len(groups) <= MAX_ERROR_GROUPS:
        return groups
    rest = groups.pop(OTHER_ERRORS, 0)
    ranked = sorted(groups.items(), key=lambda item: (-item[1], item[0]))
    kept = Counter(dict(ranked[: MAX_ERROR_GROUPS - 1]))
    kept[OTHER_ERRORS] = rest + sum(count for _, count in ranked[MAX_ERROR_GROUPS - 1 :])
    return kept


@dataclass(slots=True)
class RequestStats:
    """Counts and histograms of the requests of one name.

    A figure that the engine cannot know is None: ``ttfb``, ``connect``, ``tls`` and ``response`` histograms,
    ``bytes_*`` in bytes, and ``status_codes``. ``requests`` counts successes and failures; those whose
    latency is unknown are in it but not in the ``latency`` histogram.
    """

    requests: int = 0
    failures: int = 0
    latency: Histogram = field(default_factory=Histogram)
    ttfb: Histogram | None = None
    connect: Histogram | None = None
    tls: Histogram | None = None
    response: Histogram | None = None
    status_codes: Counter[int] | None = None
    errors: ErrorCounts = field(default_factory=Counter)
    bytes_received: int | None = None
    bytes_sent: int | None = None

    def merge(self, other: RequestStats) -> None:
        """Add another part, which is left as it is.

        A figure that one part does not know is unknown of the whole; a part without requests changes nothing.
        """
        if not other.requests:
            return
        if not self.requests:
            self._become(other)
            return
        self.requests += other.requests
        self.failures += other.failures
        self.latency.merge(other.latency)
        self.ttfb = _sum_histograms(self.ttfb, other.ttfb)
        self.connect = _sum_histograms(self.connect, other.connect)
        self.tls = _sum_histograms(self.tls, other.tls)
        self.response = _sum_histograms(self.response, other.response)
        self.status_codes = _sum_statuses(self.status_codes, other.status_codes)
        if other.errors:
            self.errors.update(other.errors)
            self.errors = bounded_errors(self.errors)
        self.bytes_received = _sum_if_both(self.bytes_received, other.bytes_received)
        self.bytes_sent = _sum_if_both(self.bytes_sent, other.bytes_sent)

    def reword(self, words: Callable[[str], str]) -> None:
        """Says the messages of errors in other words; those that are the same then are one."""
        if self.errors:
            reworded: ErrorCounts = Counter()
            for (kind, message), count in self.errors.items():
                reworded[kind, words(message)] += count
            self.errors = reworded

    def _become(self, other: RequestStats) -> None:
        for item in fields(self):
            value = getattr(other, item.name)
            setattr(self, item.name, value.copy() if hasattr(value, "copy") else value)
        self.errors = bounded_errors(self.errors)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what is unknown or empty is left out."""
        data: dict[str, Any] = {"requests": self.requests, "failures": self.failures}
        data["latency"] = self.latency.to_dict()
        for name in _OPTIONAL_HISTOGRAMS:
            if (histogram := getattr(self, name)) is not None:
                data[name] = histogram.to_dict()
        if self.status_codes is not None:
            data["status_codes"] = {str(status): count for status, count in self.status_codes.items()}
        if self.errors:
            data["errors"] = [[kind, message, count] for (kind, message), count in self.errors.items()]
        for name in _BYTES:
            if (count := getattr(self, name)) is not None:
                data[name] = count
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RequestStats:
        """What `to_dict` wrote; ValueError, KeyError or TypeError when it is something else."""
        read = cls(requests=_count(data["requests"]), failures=_count(data["failures"]))
        if read.failures > read.requests:
            raise ValueError(f"{read.failures} failures of {read.requests} requests")
        read.latency = Histogram.from_dict(data["latency"])
        for name in _OPTIONAL_HISTOGRAMS:
            if data.get(name) is not None:
                setattr(read, name, Histogram.from_dict(data[name]))
        if (statuses := data.get("status_codes")) is not None:
            read.status_codes = Counter({int(status): _count(count) for status, count in statuses.items()})
        errors = {(str(kind), str(message)): _count(count) for kind, message, count in data.get("errors", ())}
        read.errors = bounded_errors(errors)
        for name in _BYTES:
            setattr(read, name, _optional_count(data.get(name)))
        return read


@dataclass(slots=True)
class Window:
    """One second of a run: ``start_s`` whole seconds after it began; ``users`` the most active at once, if known.

    ``checks`` maps a check's name to (passed, failed). ``aside`` are requests that are in no other figure: those of
    setup, teardown and authentication; ``groups`` are groups of steps that ended. A source may report its figures in
    several windows of the same second; None then means that this one says nothing of the figure, and another may.
    """

    start_s: int
    users: int | None = None
    requests: dict[str, RequestStats] = field(default_factory=dict)
    iterations: int | None = None
    dropped: int | None = None
    interrupted: int | None = None
    checks: dict[str, tuple[int, int]] = field(default_factory=dict)
    lag: Histogram | None = None
    aside: dict[str, RequestStats] = field(default_factory=dict)
    groups: dict[str, GroupStats] = field(default_factory=dict)

    def merge(self, other: Window) -> None:
        """Add another report on the same second, such as another worker's, which is left as it is."""
        if other.start_s != self.start_s:
            raise ValueError(f"a window of second {other.start_s} is no part of second {self.start_s}")
        merge_requests(self.requests, other.requests)
        merge_requests(self.aside, other.aside)
        merge_groups(self.groups, other.groups)
        merge_checks(self.checks, other.checks)
        for name in _WINDOW_COUNTS:
            setattr(self, name, sum_of_told(getattr(self, name), getattr(other, name)))
        if other.lag is not None:
            self.lag = other.lag + (self.lag or Histogram())

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what is unknown or empty is left out."""
        data: dict[str, Any] = {"start_s": self.start_s}
        data.update({name: n for name in _WINDOW_COUNTS if (n := getattr(self, name)) is not None})
        for part in ("requests", "aside", "groups"):
            if by_name := getattr(self, part):
                data[part] = {name: stats.to_dict() for name, stats in by_name.items()}
        if self.checks:
            data["checks"] = {name: list(counts) for name, counts in self.checks.items()}
        if self.lag is not None:
            data["lag"] = self.lag.to_dict()
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Window:
        """What `to_dict` wrote; ValueError, KeyError or TypeError when it is something else."""
        lag = data.get("lag")
        return cls(
            start_s=int(data["start_s"]),
            requests=_by_name(data, "requests"),
            aside=_by_name(data, "aside"),
            groups={name: GroupStats.from_dict(part) for name, part in data.get("groups", {}).items()},
            checks={name: (_count(ok), _count(bad)) for name, (ok, bad) in data.get("checks", {}).items()},
            lag=None if lag is None else Histogram.from_dict(lag),
            **{name: _optional_count(data.get(name)) for name in _WINDOW_COUNTS},
        )


_OPTIONAL_HISTOGRAMS = ("ttfb", "connect", "tls", "response")
_BYTES = ("bytes_received", "bytes_sent")
_WINDOW_COUNTS = ("users", "iterations", "dropped", "interrupted")


def _by_name(data: Mapping[str, Any], part: str) -> dict[str, RequestStats]:
    return {name: RequestStats.from_dict(stats) for name, stats in data.get(part, {}).items()}


def merge_requests(total: dict[str, RequestStats], part: Mapping[str, RequestStats]) -> None:
    """Add the statistics of each request name in ``part`` to those in ``total``."""
    for name, stats in part.items():
        total.setdefault(name, RequestStats()).merge(stats)


def merge_checks(total: dict[str, tuple[int, int]], part: Mapping[str, tuple[int, int]]) -> None:
    """Add the (passed, failed) counts of each check in ``part`` to those in ``total``."""
    for name, (passed, failed) in part.items():
        before = total.get(name, (0, 0))
        total[name] = (before[0] + passed, before[1] + failed)


def sum_of_told(one: int | None, other: int | None) -> int | None:
    """The sum of what was reported; None when neither says anything."""
    if one is None or other is None:
        return one if other is None else other
    return one + other


def _sum_if_both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _sum_histograms(one: Histogram | None, other: Histogram | None) -> Histogram | None:
    if one is None or other is None:
        return None
    one.merge(other)
    return one


def _sum_statuses(one: Counter[int] | None, other: Counter[int] | None) -> Counter[int] | None:
    if one is None or other is None:
        return None
    one.update(other)
    return one


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"a count is a whole number from 0, not {value!r}")
    return value


def _optional_count(value: object) -> int | None:
    return None if value is None else _count(value)
