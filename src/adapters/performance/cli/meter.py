"""What a run has done so far, gathered from the windows as they are completed."""

from __future__ import annotations

from time import perf_counter

from ..metrics.histogram import Histogram
from ..metrics.window import Window
from ..plan.load import IterationLoad
from ..plan.model import Plan

_SECONDS_KEPT = 60


class Meter:
    """Sums of a run, first of its warm-up for itself, and the figures since they were last taken with `take`."""

    def __init__(self, plan: Plan) -> None:
        load = plan.load
        self.wanted_iterations = load.iterations if isinstance(load, IterationLoad) else None
        self.wanted_s = None if isinstance(load, IterationLoad) else load.duration_s
        self._warm_up_s = getattr(load, "warm_up", 0)
        self._warmed_up = not self._warm_up_s
        self._clear()
        self.rates: list[int] = []
        self._began: float | None = None
        self._recent = Reading()

    def _clear(self) -> None:
        self.requests = 0
        self.failures = 0
        self.iterations: int | None = None

    def add(self, window: Window) -> None:
        """Count a completed window."""
        if not self._warmed_up and window.start_s >= self._warm_up_s:
            self._warmed_up = True
            self._clear()
        requests = sum(stats.requests for stats in window.requests.values())
        self.requests += requests
        self.failures += sum(stats.failures for stats in window.requests.values())
        if window.iterations is not None:
            self.iterations = (self.iterations or 0) + window.iterations
        self.rates = [*self.rates, requests][-_SECONDS_KEPT:]
        latest_start = perf_counter() - window.start_s - 1
        self._began = latest_start if self._began is None else min(self._began, latest_start)
        self._recent.add(window, requests)

    @property
    def elapsed_s(self) -> float | None:
        """How long the load has been running, as far as the windows show; None before the first."""
        return None if self._began is None else perf_counter() - self._began

    @property
    def warming_up(self) -> bool:
        """Whether what happens now will be left out of the figures."""
        return self.elapsed_s is not None and self.elapsed_s < self._warm_up_s

    @property
    def done(self) -> float | None:
        """Which fraction of the run is done; None when that is not known."""
        if self.wanted_iterations is not None:
            return None if self.iterations is None else min(1.0, self.iterations / self.wanted_iterations)
        if self.elapsed_s is None or not self.wanted_s:
            return None
        return min(1.0, self.elapsed_s / self.wanted_s)

    def take(self) -> Reading:
        """The figures since this was last called."""
        recent, self._recent = self._recent, Reading()
        return recent


class Reading:
    """The figures of some seconds; None when no window told of them."""

    def __init__(self) -> None:
        self.seconds = 0
        self.requests = 0
        self.users: int | None = None
        self._latency = Histogram()

    def add(self, window: Window, requests: int) -> None:
        """Count a window in which there were so many requests."""
        self.seconds += 1
        self.requests += requests
        self.users = window.users
        for stats in window.requests.values():
            self._latency.merge(stats.latency)

    @property
    def rate(self) -> float | None:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else None

    def latency_ms(self, quantile: float) -> float | None:
        """A percentile of the latency."""
        (value,) = self._latency.quantiles((quantile,))
        return None if value is None else value / 1e6
