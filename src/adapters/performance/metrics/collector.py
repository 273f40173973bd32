"""MetricsCollector: what every engine reports to, in memory that is constant in the number of requests."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from time import perf_counter
from typing import Any

import numpy as np

from ..errors import UsageError
from .grouping import group
from .groups import GroupStats, merge_groups
from .histogram import Histogram
from .part import Scope, Seconds
from .recording import Recording
from .samples import FloatArray, Samples
from .summary import WarmUp, metrics_dict
from .timeline import TimelineRow
from .window import RequestStats, Window, merge_checks, merge_requests, sum_of_told

DEFAULT_NAME = "requests"
"""The request name under which `record_response_time` and `record_error` count."""

_SLOTS_PER_SECOND = 10
_NEVER = float("-inf")

Listener = Callable[[Window], None]
Sink = Callable[[Samples], None]


class MetricsCollector:
    """Turns what engines report, single requests, samples or windows, into totals and a timeline.

    Seconds count from the start of the run. Beside `by_name`, `totals` and `timeline` it holds the run's
    ``iterations``, ``dropped`` (not started when due) and ``interrupted`` (cut off by the end), ``checks``
    (passed, failed) per name and ``lag``, how late the generator began iterations that were due; None is what no
    source reported. `aside` are requests that are in no other figure, whenever they ended, and `groups` the groups of
    steps by name. Of the first ``warm_up_s`` seconds only listeners, `aside` and the counts in `warm_up` know.
    Not safe for use by several threads: feed it from one event loop.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self.sample_sink: Sink | None = None
        """Receives every sample that is added, as it is."""
        self.words: Callable[[str], str] | None = None
        """Says what is told of a message of an error, wherever it is counted; by default all of it."""
        self.seconds: Seconds | None = None
        """What each second says of some request names, where `keep_seconds` asked for it."""
        self._clear()

    def keep_seconds(self, times: Mapping[Scope, Collection[str]]) -> None:
        """Keep what each second says of these request names (None: of all), with the distributions of those times.

        From now on, and of later collections.
        """
        self.seconds = Seconds(times)

    def _clear(self) -> None:
        if self.seconds is not None:
            self.seconds = self.seconds.cleared()
        self._by_name: dict[str, RequestStats] = {}
        self._rows: dict[int, TimelineRow] = {}
        self._touched: set[int] = set()
        self.aside: dict[str, RequestStats] = {}
        self.groups: dict[str, GroupStats] = {}
        self.checks: dict[str, tuple[int, int]] = {}
        self.iterations: int | None = None
        self.dropped: int | None = None
        self.interrupted: int | None = None
        self.lag: Histogram | None = None
        self._open: dict[int, Window] = {}
        self._live_from = _NEVER
        self._warm_up_s = 0
        self._warm_up_requests = self._warm_up_failures = 0
        self._epoch = perf_counter()
        self._started: float | None = None
        self._stopped: float | None = None
        self._times_ms: list[float] = []
        self._errors: Counter[tuple[str, str]] = Counter()
        self._second = 0
        self._slot_end = _NEVER

    # One request at a time

    def start_collection(self, *, warm_up_s: int = 0) -> None:
        """Begin: the clock starts, and figures of an earlier collection are cleared; listeners stay."""
        if self._started is not None and self._stopped is None:
            raise UsageError("this collector is already collecting", hint="Call stop_collection() first.")
        self._clear()
        self._warm_up_s = warm_up_s
        self._started = self._epoch

    def record_response_time(self, ms: float) -> None:
        """Count one successful request that took ``ms`` milliseconds."""
        if perf_counter() >= self._slot_end:
            self._next_slot()
        self._times_ms.append(ms)

    def record_error(self, kind: str, message: str) -> None:
        """Count one failed request whose latency is unknown."""
        if perf_counter() >= self._slot_end:
            self._next_slot()
        self._errors[kind, message] += 1

    def stop_collection(self) -> None:
        """End: the clock stops and listeners receive the windows that are left."""
        self._flush()
        if self._stopped is None:
            self._stopped = perf_counter()
        self._deliver_before(float("inf"))

    def _next_slot(self) -> None:
        """Empty the buffers into the second they belong to, and begin the next tenth of a second.

        So the hot path needs no timestamps, and the buffers hold no more than a tenth of a second's requests.
        """
        self._flush()
        slot = int((perf_counter() - self._epoch) * _SLOTS_PER_SECOND)
        self._second = slot // _SLOTS_PER_SECOND
        self._slot_end = self._epoch + (slot + 1) / _SLOTS_PER_SECOND

    def _flush(self) -> None:
        times_ms, errors = self._times_ms, self._errors
        if not times_ms and not errors:
            return
        failures = errors.total()
        stats = RequestStats(len(times_ms) + failures, failures, errors=errors)
        stats.latency.record(_nanoseconds(times_ms))
        self._times_ms, self._errors = [], Counter()
        self.add_window(Window(self._second, requests={DEFAULT_NAME: stats}))

    # Many requests at a time

    def add_samples(self, samples: Samples) -> None:
        """Count finished requests in the second of their end; without one, they reach the totals only."""
        self.keep_samples(samples)
        for second, requests in group(samples):
            if second is None:
                self.add_totals(requests)
            else:
                self.add_window(Window(second, requests=requests))

    def keep_samples(self, samples: Samples) -> None:
        """Hand finished requests that are counted by other means to ``sample_sink``, if there is one."""
        if self.sample_sink is not None:
            self.sample_sink(samples)

    def add_window(self, window: Window) -> None:
        """Add one source's report on one second; several may report on the same one, in any order."""
        self._word(window.requests)
        self.add_aside(window.aside)
        if self._warm_up_s and window.start_s < self._warm_up_s:
            self._leave_out(window)
        else:
            self._count(window)
            self._row(window.start_s).add(window)
            if self.seconds is not None:
                self.seconds.add(window)
        if self._listeners and window.start_s >= self._live_from:
            self._open.setdefault(window.start_s, Window(window.start_s)).merge(window)

    def add_totals(self, requests: Mapping[str, RequestStats]) -> None:
        """Add requests per name whose second is not known: they reach the totals, not the timeline."""
        self._word(requests)
        merge_requests(self._by_name, requests)

    def add_aside(self, requests: Mapping[str, RequestStats]) -> None:
        """Add requests per name that are told apart and are in no other figure."""
        self._word(requests)
        merge_requests(self.aside, requests)

    def add_latencies(self, latencies: Mapping[str, Histogram]) -> None:
        """Add latencies of requests that were counted without: they reach the totals, not the timeline."""
        for name, latency in latencies.items():
            self._by_name[name].latency.merge(latency)

    def add_counts(
        self,
        start_s: int | None,
        *,
        iterations: int | None = None,
        dropped: int | None = None,
        interrupted: int | None = None,
        users: int | None = None,
        checks: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        """Add what an engine reports apart from requests, for one second or (None) for the run as a whole.

        Counts add up; ``users``, active at the end of the second, replaces what was known of it.
        ``checks`` maps a check's name to (passed, failed).
        """
        counts = Window(start_s or 0, None, {}, iterations, dropped, interrupted, dict(checks or {}))
        if start_s is None:
            self._count(counts)
            return
        self.add_window(counts)
        if users is not None:
            for second in (self._rows.get(start_s), self._open.get(start_s)):
                if second is not None:
                    second.users = users

    def _word(self, requests: Mapping[str, RequestStats]) -> None:
        if self.words is not None:
            for stats in requests.values():
                stats.reword(self.words)

    def _count(self, window: Window) -> None:
        merge_requests(self._by_name, window.requests)
        merge_groups(self.groups, window.groups)
        merge_checks(self.checks, window.checks)
        self.iterations = sum_of_told(self.iterations, window.iterations)
        self.dropped = sum_of_told(self.dropped, window.dropped)
        self.interrupted = sum_of_told(self.interrupted, window.interrupted)
        if window.lag is not None:
            self.lag = self.lag or Histogram()
            self.lag.merge(window.lag)

    def _leave_out(self, window: Window) -> None:
        """Of the warm-up only how much it was is kept, and what did not end in it."""
        for stats in window.requests.values():
            self._warm_up_requests += stats.requests
            self._warm_up_failures += stats.failures
        self.interrupted = sum_of_told(self.interrupted, window.interrupted)

    def _row(self, second: int) -> TimelineRow:
        row = self._rows.get(second)
        if row is None:
            for touched in self._touched:
                self._rows[touched].pack()
            self._touched.clear()
            row = self._rows[second] = TimelineRow(second)
        self._touched.add(second)
        return row

    # Live progress

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener`` once with each window when it is complete, beginning with the next new second.

        It is merged over all sources that reported by then; what comes later still reaches the totals. Windows of the
        warm-up are among them.
        """
        self._flush()
        if not self._listeners and self._rows:
            self._live_from = max(self._live_from, max(self._rows) + 1)
        self._listeners.append(listener)

    def advance(self, now_s: float) -> None:
        """Say how far the run is, in seconds: windows that ended before now are complete."""
        self._flush()
        self._deliver_before(now_s // 1)

    def _deliver_before(self, second: float) -> None:
        for start_s in sorted(start_s for start_s in self._open if start_s < second):
            window = self._open.pop(start_s)
            for listener in self._listeners:
                listener(window)
        self._live_from = max(self._live_from, second)

    # Reading

    @property
    def by_name(self) -> Mapping[str, RequestStats]:
        """The statistics of each request name."""
        self._flush()
        return self._by_name

    def totals(self) -> RequestStats:
        """The statistics over all request names."""
        total = RequestStats()
        for stats in self.by_name.values():
            total.merge(stats)
        return total

    @property
    def timeline(self) -> list[TimelineRow]:
        """One row for each second of which anything was reported, ascending."""
        self._flush()
        return [self._rows[second] for second in sorted(self._rows)]

    def recording(self) -> Recording:
        """What was measured, in full."""
        return Recording(self.by_name, self.timeline)

    @property
    def duration_s(self) -> float | None:
        """Seconds from start to stop, or until now; None when collection was not started."""
        end = perf_counter() if self._stopped is None else self._stopped
        return None if self._started is None else end - self._started

    @property
    def warm_up(self) -> WarmUp | None:
        """What was left out as warm-up, if there was to be one."""
        if not self._warm_up_s:
            return None
        return WarmUp(
            duration_s=self._warm_up_s, requests=self._warm_up_requests, failures=self._warm_up_failures
        )

    def measured_s(self, duration_s: float | None) -> float | None:
        """The part of a run's duration that the figures are of: without the warm-up; None when nothing is left."""
        if duration_s is None or duration_s <= self._warm_up_s:
            return None
        return duration_s - self._warm_up_s

    def get_metrics(self) -> dict[str, Any]:
        """The figures so far: times in ms, ``error_rate`` in percent, ``throughput`` in requests per second.

        What is unknown is None.
        """
        return metrics_dict(self.totals(), self.measured_s(self.duration_s))


def _nanoseconds(times_ms: list[float]) -> FloatArray:
    """The times as an array in nanoseconds; NaN for what is no number."""
    try:
        values = np.fromiter(times_ms, np.float64, len(times_ms))
    except (TypeError, ValueError, OverflowError):
        values = np.fromiter(map(_number, times_ms), np.float64, len(times_ms))
    with np.errstate(over="ignore"):
        return values * 1e6


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        return math.inf
