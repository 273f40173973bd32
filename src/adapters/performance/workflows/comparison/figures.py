"""The figures that are compared: one of each run, and whether those of two sides may be judged at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...metrics.result import RunResult
from ...metrics.summary import Summary

QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
TIMES = ("mean", *QUANTILES)
NAMES = (*TIMES, "throughput", "error_rate")
MIN_BEYOND = 100
"""So many requests must lie beyond a quantile in every run for it to be judged."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a run, or of the requests of one name in it.

    Times are in ms and compared by ratio, as is the throughput; an error rate is a fraction and compared by difference.
    """

    name: str
    request: str | None = None

    @property
    def label(self) -> str:
        """As a gate names it: ``p95`` or ``login: p95``."""
        return self.name if self.request is None else f"{self.request}: {self.name}"

    @property
    def is_time(self) -> bool:
        """Whether it is a latency, in milliseconds."""
        return self.name in TIMES

    @property
    def unit(self) -> str:
        """``ms``, ``/s``, or nothing for a fraction."""
        return "ms" if self.is_time else "/s" if self.name == "throughput" else ""

    @property
    def more_is_better(self) -> bool:
        """Whether a higher figure is the better one."""
        return self.name == "throughput"

    @property
    def by_difference(self) -> bool:
        """Whether two figures are compared by their difference and not by their ratio: where 0 is a usual figure."""
        return self.name == "error_rate"

    def of(self, run: RunResult) -> float | None:
        """The figure of a run; None is not measured."""
        summary = self.summary(run)
        if summary is None:
            return None
        if self.is_time:
            value: float | None = getattr(summary.latency_ms, self.name)
            return value
        return summary.throughput_rps if self.name == "throughput" else summary.error_rate

    def summary(self, run: RunResult) -> Summary | None:
        """The summary it is read from; None when no request of the run has the name."""
        return run.summary if self.request is None else run.requests.get(self.request)


DEFAULT_METRICS = tuple(Metric(name) for name in ("p50", "p95", "p99", "p999", "throughput", "error_rate"))


def unfit(metric: Metric, sides: Sequence[tuple[str, Sequence[RunResult]]], margin: float) -> str | None:
    """Why the figures of these sides are no ground for a verdict; None when they are one."""
    return next(_objections(metric, sides, margin), None)


def _objections(
    metric: Metric, sides: Sequence[tuple[str, Sequence[RunResult]]], margin: float
) -> Iterator[str]:
    for name, runs in sides:
        for number, run in enumerate(runs, 1):
            where = f"run {number} of {name}"
            summary, value = metric.summary(run), metric.of(run)
            if summary is None:
                yield f"{where} has no request called {metric.request!r}"
            elif value is None:
                yield f"{where} did not measure it"
            elif metric.is_time and (beyond := _beyond(metric, summary.requests)) < MIN_BEYOND:
                what = "were measured" if metric.name == "mean" else "lie beyond it"
                yield f"{beyond} requests {what} in {where}, {MIN_BEYOND} are needed"
            elif metric.is_time and value * margin < run.engine.semantics.resolution_ms:
                steps = f"{run.engine.name} tells times in steps of {run.engine.semantics.resolution_ms:g} ms"
                yield f"{steps}, too coarse for {value:.3g} ms"
            elif not metric.by_difference and value <= 0:
                yield f"it is {value:g} in {where}, which has no ratio"


def _beyond(metric: Metric, requests: int) -> int:
    return int(round(requests * (1 - QUANTILES.get(metric.name, 0.0)), 6))
