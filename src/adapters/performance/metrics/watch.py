"""Watching thresholds while a run goes on, for those that end it when they do not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..plan.thresholds import Threshold
from .changes import Change, pauses
from .measuring import holds, measure, times_by_request
from .part import Part, Sliding, part_of
from .window import Window


@dataclass(frozen=True, slots=True)
class Breach:
    """The threshold that ended a run, how many seconds after its beginning, and the figure it was then held against."""

    threshold: Threshold
    at_s: int
    actual: float

    def in_words(self) -> str:
        """When, and over what time."""
        window = self.threshold.window_s
        over = "" if window is None else f", by its last {window} s"
        return f"ended the run after {self.at_s} s{over}"


class Watch:
    """Holds aborting thresholds against each second as it is complete, and ends the run at the first that is missed.

    One with a window is held against the last of its windows, another against everything measured until then, neither
    before its delay is over, nor once the load is: ``load_s`` is how long it lasts. A figure that is not known yet ends
    nothing. Of the first ``warm_up_s`` seconds nothing is measured, nor while the run is paused, which ``changes`` say.
    """

    def __init__(
        self,
        thresholds: Sequence[Threshold],
        end: Callable[[Breach], None],
        *,
        warm_up_s: int = 0,
        load_s: float | None = None,
        changes: Callable[[], Sequence[Change]] = list,
    ) -> None:
        self._thresholds = [threshold for threshold in thresholds if threshold.abort]
        self._end = end
        self._load_s = load_s
        self._changes = changes
        self._next_s = warm_up_s
        self._measured_s = 0
        self._so_far = {
            threshold.request: Part() for threshold in self._thresholds if threshold.window_s is None
        }
        self._times = times_by_request(self._thresholds)
        self._sliding: dict[int, Sliding] = {}
        self._over = not self._thresholds

    def take(self, window: Window) -> None:
        """Take a second that is complete; those before it that nothing was told of had no requests."""
        for second in range(self._next_s, window.start_s):
            self._complete(Window(second))
        if window.start_s >= self._next_s:
            self._complete(window)

    def close(self) -> None:
        """The run is over: nothing ends it any more."""
        self._over = True

    def _complete(self, window: Window) -> None:
        self._next_s = window.start_s + 1
        if self._over or self._load_is_over():
            return
        if any(since < self._next_s and window.start_s < until for since, until in self._pauses()):
            self._sliding.clear()
            return
        self._measured_s += 1
        parts = {
            scope: part_of(window.requests, window.checks, scope, times, window.groups)
            for scope, times in self._times.items()
        }
        for scope, so_far in self._so_far.items():
            so_far.merge(parts[scope])
        for number, threshold in enumerate(self._thresholds):
            self._judge(threshold, *self._part(number, threshold, parts[threshold.request]))

    def _load_is_over(self) -> bool:
        if self._load_s is None:
            return False
        return self._next_s >= self._load_s + sum(until - since for since, until in self._pauses())

    def _pauses(self) -> list[tuple[float, float]]:
        return pauses(self._changes(), float(self._next_s))

    def _part(self, number: int, threshold: Threshold, latest: Part) -> tuple[Part | None, int]:
        """What the threshold is held against now, and how many seconds that is."""
        if threshold.window_s is None:
            return self._so_far[threshold.request], self._measured_s
        sliding = self._sliding.setdefault(number, Sliding(threshold.window_s))
        return sliding.push(latest), threshold.window_s

    def _judge(self, threshold: Threshold, part: Part | None, lasted_s: int) -> None:
        if part is None or self._over or self._measured_s < threshold.abort_after_s:
            return
        figure = measure(threshold, part, float(lasted_s))
        if holds(threshold, figure) is False and figure.actual is not None:
            self._over = True
            self._end(Breach(threshold, self._next_s, figure.actual))
