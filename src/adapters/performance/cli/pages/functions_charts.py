"""The pictures of benchmarks: changes in time, distributions on one scale, the processes in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...microbench.document import BenchmarkSet
from ...microbench.result import BenchmarkResult
from ...microbench.verdicts import Compared
from ...reports import figures
from ...reports.benchmark import time_text
from ...reports.page.model import (
    MOST_POINTS,
    Axis,
    Block,
    Colour,
    Plot,
    Series,
    Spread,
    Spreads,
)
from ...reports.text import printable
from ...stats import median
from ..views.functions import TONES
from .parts import around, counted, label

_BARS = 72
_MOST_DRAWN = 40
_MOST_LINES = 6
_FAR_APART = 8.0
_COLOURS: tuple[Colour, ...] = ("c1", "c2", "c3", "c4", "c5", "c6")


def ratios(compared: Sequence[Compared], margin: float | None, found: BenchmarkSet) -> Spreads:
    """The time of each as a change against its base, with its interval."""
    shown = compared[:_MOST_DRAWN]
    changes = [end for one in shown if one.ratio for end in (one.ratio.low - 1, one.ratio.high - 1)]
    low, high = min(*changes, -(margin or 0.02)), max(*changes, margin or 0.02)
    room = 0.06 * (high - low)
    limit = found.fail_if_slower
    notes = [
        "" if margin is None else f"Grey: up to {figures.percent(margin)} of change counts as none.",
        "" if limit is None else f"Slower by more than {figures.percent(limit)} fails.",
        f"{len(compared) - len(shown)} more are in the JSON result." if len(compared) > len(shown) else "",
        *(_drift(one) for one in shown),
    ]
    return Spreads(
        "changes",
        "Change in time, with its interval",
        [_change(one) for one in shown],
        Axis("change", low=low - room, high=high + room),
        columns=("change", "interval", "verdict"),
        band=None if margin is None else (-margin, margin),
        rule=0.0,
        note=" ".join(filter(None, notes)) or None,
        summary=f"Changes in time of {counted(len(shown), 'benchmark')} with their intervals; to the right is slower",
    )


def _change(one: Compared) -> Spread:
    ratio = one.ratio
    assert ratio is not None
    low, high = f"{ratio.low - 1:+.1%}", f"{ratio.high - 1:+.1%}"
    return Spread(
        label(f"{one.name} against {one.base}") if len(one.name) < 24 else label(one.name),
        ratio.estimate - 1,
        ratio.low - 1,
        ratio.high - 1,
        texts=(f"{ratio.estimate - 1:+.1%}", f"{low} to {high}", one.verdict),
        tone=TONES.get(one.verdict, "plain"),
    )


def _drift(one: Compared) -> str:
    if one.drift is None:
        return ""
    return printable(
        f"The interval of {one.name} includes {one.drift:.1%} for drift, as they were not measured in turns."
    )


def distributions(drawn: Sequence[BenchmarkResult]) -> Iterator[Block]:
    """How the values of each are distributed, all on one scale; nothing of none."""
    if not drawn:
        return
    shown = drawn[:_MOST_DRAWN]
    pooled = np.concatenate([np.concatenate(one.values_ms) for one in shown])
    low, high, log = _scale(pooled, [one.median_ms for one in shown if one.median_ms is not None])
    beyond = int(((pooled < low) | (pooled > high)).sum())
    notes = [
        f"{counted(beyond, 'value')} beyond the picture count for its ends." if beyond else "",
        "The scale is logarithmic." if log else "The scale does not begin at zero." if low > 0 else "",
        f"{len(drawn) - len(shown)} more benchmarks are in the JSON result."
        if len(drawn) > len(shown)
        else "",
    ]
    yield Spreads(
        "values",
        "Times of a call",
        [_spread(one, low, high, log=log) for one in shown],
        Axis("ms", log=log, low=low, high=high),
        columns=("median", "interval"),
        note=" ".join(filter(None, notes)) or None,
        summary=f"How the values of {counted(len(shown), 'benchmark')} are distributed, with median and interval",
    )


def _scale(values: np.ndarray, medians: Sequence[float]) -> tuple[float, float, bool]:
    """The ends of a scale for the middle 98 % of values and every median, and whether it is logarithmic.

    It is where they lie far apart.
    """
    middle = (float(end) for end in np.quantile(values, [0.01, 0.99]))
    ends = [*middle, *medians]
    low, high = min(ends), max(ends)
    if low > 0 and high / low > _FAR_APART:
        return low / 1.15, high * 1.15, True
    room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return max(0.0, low - room), high + room, False


def _spread(one: BenchmarkResult, low: float, high: float, *, log: bool) -> Spread:
    values = np.concatenate(one.values_ms)
    edges = np.geomspace(low, high, _BARS + 1) if log else np.linspace(low, high, _BARS + 1)
    counts, _ = np.histogram(np.clip(values, low, high), edges)
    interval = one.interval
    reach = f"{time_text(interval.low_ms)} to {time_text(interval.high_ms)}" if interval else figures.UNKNOWN
    return Spread(
        label(one.name),
        one.median_ms,
        interval.low_ms if interval else None,
        interval.high_ms if interval else None,
        bars=[round(float(share), 3) for share in counts / max(1, counts.max())],
        texts=(time_text(one.median_ms), reach),
    )


def processes(drawn: Sequence[BenchmarkResult]) -> list[Block]:
    """The medians of processes in their order; of several benchmarks, each as a share of its own median."""
    shown = [one for one in drawn if len(one.values_ms) > 1 and one.median_ms][:_MOST_LINES]
    if not shown:
        return []
    longest = min(MOST_POINTS, max(len(one.values_ms) for one in shown))
    several = len(shown) > 1
    series = []
    for number, one in enumerate(shown):
        medians = [median(values) for values in one.values_ms[:longest]]
        whole = one.median_ms if several and one.median_ms else 1.0
        values = [float(value) / whole for value in medians]
        padding = [None] * (longest - len(values))
        series.append(Series(label(one.name), [*values, *padding], _COLOURS[number], marked=True))
    low, high = around([value for line in series for value in line.values], 0.02)
    left_out = len([one for one in drawn if len(one.values_ms) > 1]) - len(shown)
    more = f" The first {_MOST_LINES} benchmarks are drawn." if left_out else ""
    return [
        Plot(
            "by-process",
            "Median of each process" + (", against that of all" if several else ""),
            [float(number) for number in range(1, longest + 1)],
            series,
            Axis("ratio" if several else "ms", low=low, high=high),
            Axis("count", "process", low=0.5, high=longest + 0.5),
            wide=True,
            summary=f"Medians of {longest} processes in their order",
            note=f"The scale does not begin at zero.{more}",
        )
    ]
