"""Reads the lines in which the script reports (see script/report.js) and feeds them to a collector."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...metrics.samples import FloatArray, Samples
from ...metrics.window import RequestStats, Window
from ..apart import tell_apart
from .failures import failure_of
from .job import Numbers
from .outcomes import CUT_OFF, MS_NS, Outcomes, table_of
from .times import Times
from .told import tell

_MOST_EXCEPTIONS = 5
_CLOCK_MS = 1.0


class Records:
    """The script's reports so far; moments in ms since 1970 until they reach the collector.

    With ``times`` the script only counts the answers to its one request.
    """

    def __init__(self, numbers: Numbers, collector: MetricsCollector, times: Times | None = None) -> None:
        self._numbers = numbers
        self._collector = collector
        self._rest = b""
        self._rows: list[bytes] = []
        self._outcomes = Outcomes(numbers)
        self._counted: Counter[tuple[int, int, int]] = Counter()  # by second, status and outcome
        self._times = times
        self._joined: Counter[int] = Counter()
        self._users = 0
        self._told_users = 0
        self.began_ms: float | None = None
        self.last_ms: float | None = None
        self._longest_ms = 0.0
        self.cut_off: Counter[str] = Counter()
        self.late = 0
        self.starved: Counter[str] = Counter()
        """How many iterations found no row, by the feed that had run out."""
        self.exceptions: list[str] = []
        self.not_done: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        self.stopped_users = 0
        self._kinds: dict[bytes, Callable[[list[bytes]], None]] = {
            b"B": self._began,
            b"S": self._report,
            b"U": self._user,
            b"P": self._paced,
            b"R": self._starved,
            b"M": self._message,
            b"X": self._exception,
            b"D": self._dropped,
            b"T": self._trends,
            b"E": self._ended,
            b"A": self._aside,
            b"F": self._not_done,
            b"K": self._skip,
            b"O": self._stopped_user,
        }

    def feed(self, chunk: bytes) -> None:
        """Takes what came, which may end inside a line."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            kind, _, rest = line.partition(b" ")
            if read := self._kinds.get(kind):
                read(rest.split(b" "))

    def tick(self) -> None:
        """Passes on what has come, and says how far the run is."""
        self._pass_rows()
        self._pass_counted()
        if self.began_ms is not None and self.last_ms is not None:
            now_s = (self.last_ms - self.began_ms) / 1000
            self._tell_users(int(now_s))
            self._collector.advance(now_s - 1.0)

    def finish(self) -> None:
        """Passes on the rest: no more will come."""
        self.tick()
        if self.last_ms is not None:
            self._tell_users(self._second(self.last_ms) + 1)
        if self._times is not None:
            self._longest_ms = max(self._longest_ms, self._times.pass_on(self._collector))

    @property
    def only_counted(self) -> bool:
        """Whether k6 is to tell the times of requests at its end."""
        return self._times is not None

    def warnings(self) -> Iterable[ResultWarning]:
        """What is to be known of the times of requests."""
        return () if self._times is None else self._times.warnings(self._collector)

    @property
    def duration_s(self) -> float | None:
        """Seconds from the beginning of the load to the last thing that was told of it, or the stop.

        The script's clock counts whole milliseconds; a run was never shorter than its longest request, and one in which
        something was done never shorter than a step of the clock.
        """
        if self.began_ms is None or self.last_ms is None:
            return None
        lasted_ms = max(self.last_ms - self.began_ms, self._longest_ms)
        if not lasted_ms and self._collector.iterations:
            lasted_ms = _CLOCK_MS
        return lasted_ms / 1000 or None

    def stopped_at(self, moment_ms: float) -> None:
        """Tells when the run was stopped: until then it lasted, whether or not anything was answered."""
        if self.began_ms is not None:
            self._saw(moment_ms)

    # One method for each kind of line

    def _began(self, words: list[bytes]) -> None:
        self.began_ms = float(words[0]) if self.began_ms is None else self.began_ms

    def _report(self, words: list[bytes]) -> None:
        now, iterations, busy, checks, counted, rows = words
        self._saw(float(now))
        users = None if busy == b"-" else int(busy)
        counts = {} if checks == b"-" else dict(self._check(part) for part in checks.split(b","))
        self._collector.add_counts(
            self._second(float(now)), iterations=int(iterations), users=users, checks=counts
        )
        if counted != b"-":
            self._count(self._second(float(now)), counted)
        if rows:
            self._rows.append(rows)

    def _count(self, second: int, counted: bytes) -> None:
        for part in counted.split(b","):
            status, outcome, count = map(int, part.split(b":"))
            self._counted[second, status, outcome] += count

    def _check(self, part: bytes) -> tuple[str, tuple[int, int]]:
        number, passed, failed = part.split(b":")
        return self._numbers.checks[int(number)], (int(passed), int(failed))

    def _user(self, words: list[bytes]) -> None:
        self._saw(float(words[0]))
        self._joined[self._second(float(words[0]))] += int(words[1])

    def _paced(self, words: list[bytes]) -> None:
        self.late += int(words[0])

    def _starved(self, words: list[bytes]) -> None:
        self.starved[self._numbers.feeds[int(words[0])]] += 1

    def _message(self, words: list[bytes]) -> None:
        number, code, *text = words
        self._outcomes.messages[int(number)] = failure_of(int(code), json.loads(b" ".join(text)))

    def _exception(self, words: list[bytes]) -> None:
        if len(self.exceptions) < _MOST_EXCEPTIONS:
            self.exceptions.append(json.loads(b" ".join(words)))

    def _dropped(self, words: list[bytes]) -> None:
        self._collector.add_counts(None, dropped=int(words[0]))

    def _trends(self, words: list[bytes]) -> None:
        if self._times is not None:
            self._times.read(words)

    def _ended(self, words: list[bytes]) -> None:
        self._saw(float(words[0]))

    def _aside(self, words: list[bytes]) -> None:
        """What was measured outside of the load does not make it any longer."""
        self._tell(table_of(words[:1]))

    def _not_done(self, words: list[bytes]) -> None:
        part, row, late = words
        request, *_, status, outcome = (int(value) for value in np.nan_to_num(table_of([row])[0]))
        failure = self._outcomes.failure(outcome, status, request)[1] if outcome else "it failed"
        told = "it was not done in time" if late == b"1" else f"{self._numbers.requests[request]}: {failure}"
        self.not_done[part.decode()] = told

    def _stopped_user(self, words: list[bytes]) -> None:
        self.stopped_users += 1

    def _skip(self, words: list[bytes]) -> None:
        count, *text = words
        self.skipped[json.loads(b" ".join(text))] += int(count)

    # From counts to windows

    def _pass_counted(self) -> None:
        for (second, status, outcome), count in self._counted.items():
            stats = RequestStats(count, status_codes=Counter({status: count}))
            if outcome:
                stats.failures, stats.errors = (
                    count,
                    Counter({self._outcomes.failure(outcome, status, 0): count}),
                )
            self._collector.add_window(Window(second, requests={self._numbers.requests[0]: stats}))
        self._counted.clear()

    # From rows to samples

    def _pass_rows(self) -> None:
        if not self._rows:
            return
        table = table_of(self._rows)
        self._rows.clear()
        cut_off = (table[:, 7] == CUT_OFF) & ~np.isin(table[:, 0], list(self._numbers.aside))
        self._saw(float(table[:, 1].max()))
        if cut_off.any():
            self.cut_off.update(self._numbers.requests[int(number)] for number in table[cut_off][:, 0])
            table = table[~cut_off]
        self._tell(table)

    def _tell(self, table: FloatArray) -> None:
        if len(table):
            samples = self._apart(self._outcomes.samples(table, self.began_ms))
            self._longest_ms = max(self._longest_ms, float(samples.latency_ns.max(initial=0.0)) / MS_NS)
            tell(self._collector, samples if self._times is None else self._times.keep(samples))

    def _apart(self, samples: Samples) -> Samples:
        numbers = self._numbers
        groups = range(len(numbers.requests), len(numbers.requests) + len(numbers.groups))
        return tell_apart(self._collector, samples, aside=numbers.aside, groups=groups)

    # Time

    def _saw(self, moment_ms: float) -> None:
        self.last_ms = moment_ms if self.last_ms is None else max(self.last_ms, moment_ms)

    def _second(self, moment_ms: float) -> int:
        return int((moment_ms - (self.began_ms or moment_ms)) // 1000)

    def _tell_users(self, before: int) -> None:
        """Tells how many users there were at the end of each second that is over."""
        if not self._joined and not self._users:
            return
        for second in range(self._told_users, before):
            self._users += self._joined.pop(second, 0)
            self._collector.add_counts(second, users=self._users)
        self._told_users = max(self._told_users, before)
