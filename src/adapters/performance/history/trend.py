"""Trends: figures of runs that are alike, in order of time, and where their level shifted for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import UsageError
from ..stats.changes import Changes, change_points
from .runs import StoredRun

FIGURES = {
    "p95": ("p95_ms", "ms", "less"),
    "p50": ("p50_ms", "ms", "less"),
    "p99": ("p99_ms", "ms", "less"),
    "mean": ("mean_ms", "ms", "less"),
    "throughput": ("throughput_rps", "/s", "more"),
    "error_rate": ("error_rate", "%", "less"),
}
"""Figure to the field of `StoredRun`, its unit, and which way is better."""

MIN_SIZE = 3
NEEDED = 10
"""With fewer runs the permutation test has too little to shuffle for a shift to stand out at its 1 %."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure of a series, oldest first; ``changes`` is None where the runs are too few, which ``reason`` says."""

    figure: str
    unit: str
    better: str
    runs: tuple[StoredRun, ...]
    values: tuple[float, ...]
    changes: Changes | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """Runs that are alike: the same kind, plan, engine and hardware; oldest first."""

    runs: tuple[StoredRun, ...]

    @property
    def newest(self) -> StoredRun:
        """The latest of them, by which the series is called."""
        return self.runs[-1]


def series_of(runs: Iterable[StoredRun]) -> list[Series]:
    """The runs that were measured to the end, by what makes them comparable; the series with the newest run first."""
    groups: dict[tuple[str | None, ...], list[StoredRun]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (run.started_at, run.number)):
        if run.stopped in (None, "completed") and any(
            getattr(run, field) is not None for field, _, _ in FIGURES.values()
        ):
            groups[run.series].append(run)
    found = [Series(tuple(group)) for group in groups.values()]
    return sorted(found, key=lambda series: series.newest.started_at, reverse=True)


def trend(series: Series, figure: str, *, min_change: float = 0.0) -> Trend:
    """How a figure went over the runs of a series; the newest `MOST` of them are looked at."""
    if figure not in FIGURES:
        raise UsageError(f"no trend is kept of {figure!r}", hint=f"there are {', '.join(FIGURES)}")
    field, unit, better = FIGURES[figure]
    known = [(run, value) for run in series.runs if (value := getattr(run, field)) is not None][-MOST:]
    runs, values = tuple(run for run, _ in known), tuple(value for _, value in known)
    if len(values) < NEEDED:
        reason = f"{len(values)} of the {NEEDED} runs that a change point needs"
        return Trend(figure, unit, better, runs, values, None, reason)
    return Trend(
        figure,
        unit,
        better,
        runs,
        values,
        change_points(values, min_size=MIN_SIZE, min_change=min_change),
        None,
    )


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """The newest values as bars from the lowest to the highest; all in the middle where nothing varies."""
    shown = values[-width:]
    if not shown:
        return ""
    bars = "▁▂▃▄▅▆▇█"
    low, high = min(shown), max(shown)
    if high == low:
        return bars[3] * len(shown)
    return "".join(bars[round((value - low) / (high - low) * (len(bars) - 1))] for value in shown)
