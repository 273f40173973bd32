"""The page of benchmarks of functions: their verdicts, how their times are distributed, and what to know before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...microbench.comparison import BenchmarkComparison, Compared
from ...microbench.document import BenchmarkSet
from ...microbench.result import BenchmarkResult
from ...reports import figures
from ...reports.benchmark import time_text
from ...reports.facts import Fact
from ...reports.overview import Overview
from ...reports.page.model import (
    MOST_POINTS,
    Axis,
    Block,
    Code,
    Colour,
    Facts,
    Grid,
    Page,
    Paragraph,
    Plot,
    Series,
    Spread,
    Spreads,
)
from ...reports.page.render import render_page
from ...reports.text import cut, printable
from ...stats import median
from ..views.functions import TONES, Result, overview
from .parts import around, counted, label, page, section, told

_BARS = 72
_MOST_DRAWN = 40
_MOST_LINES = 6
_MOST_NAMED = 4
_FAR_APART = 8.0
_LONGEST_TRACEBACK = 4_000
_COLOURS: tuple[Colour, ...] = ("c1", "c2", "c3", "c4", "c5", "c6")
_LEAD = "All on one scale: how the values of each are distributed, with the median as a dot and its interval as a bar."
_ORDER = (
    "The median of each process, in the order in which they ran: a slope is a drift of the machine, a step something "
    "that changed."
)


def render(result: Result) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: Result) -> Page:
    """The page as data."""
    seen = overview(result)
    found, margin = _parts(result)
    drawn = [one for one in found.benchmarks if one.success and one.values_ms]
    return page(
        _headline(seen, found),
        [
            section("comparisons", "Comparisons", "Comparisons", _comparisons(found, margin)),
            section("distributions", "Distributions", "Distributions", _distributions(drawn), _LEAD),
            section("processes", "Processes in their order", "Processes", _processes(drawn), _ORDER),
            section("figures", "Figures", "Figures", _tables(result, found)),
            section("failures", "What failed", "Failures", _failures(found)),
            section("notes", "What to know before believing them", "Notes", _warnings(result, seen.warnings)),
            section("environment", "Where it was measured", "Environment", _environments(found)),
        ],
        schema=str(result["schema"]),
        cards=_cards(found),
        about=_about(found),
    )


def _parts(result: Result) -> tuple[BenchmarkSet, float | None]:
    """The benchmarks and comparisons, and the margin where the result tells it."""
    if isinstance(result, BenchmarkResult):
        return BenchmarkSet(benchmarks=(result,)), None
    if isinstance(result, BenchmarkComparison):
        return BenchmarkSet(compared=result.compared), result.margin
    return result, None


def _headline(seen: Overview, found: BenchmarkSet) -> Overview:
    """In a word each where there are several comparisons, whose sentences stand below."""
    if len(found.compared) < 2 or seen.headline.word != "COMPARED":
        return seen
    bases = {one.base for one in found.compared}
    if len(bases) > 1 or len(found.compared) > _MOST_NAMED:
        counts = Counter(one.verdict for one in found.compared)
        told = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
    else:
        told = ", ".join(f"{one.name} {one.verdict}" for one in found.compared)
    against = f"against {bases.pop()}: " if len(bases) == 1 else ""
    return replace(seen, headline=replace(seen.headline, sentence=against + told))


def _cards(found: BenchmarkSet) -> list[Fact]:
    if len(found.benchmarks) != 1:
        return []
    (one,) = found.benchmarks
    return [
        Fact("median", time_text(one.median_ms)),
        Fact("mean", time_text(one.avg_time)),
        Fact("p95", time_text(one.p95_ms)),
        Fact("per second", figures.rate(one.throughput)),
        Fact("spread (CV)", figures.percent(one.cv)),
        Fact("processes", figures.count(one.processes)),
    ]


def _about(found: BenchmarkSet) -> list[Fact]:
    """How it was measured, of the first; what is not the same in others is said in their comparison."""
    if not found.benchmarks:
        return []
    first = found.benchmarks[0]
    how = f"in {counted(first.processes, 'process', 'processes')} of its own each"
    why = f"in this process only: {first.why}" if first.exploratory else how
    values = first.settings.values
    return [
        Fact("measured", printable(why)),
        Fact(
            "values",
            f"{counted(values, 'value')} of each process, {time_text(1000 * first.settings.min_time_s)} each",
        ),
        Fact("started", f"{first.started_at:%Y-%m-%d %H:%M:%S %Z}".rstrip()),
        Fact("took", figures.duration(first.duration_s)),
    ]


# Verdicts


def _comparisons(found: BenchmarkSet, margin: float | None) -> Iterator[Block]:
    if not found.compared:
        return
    drawn = [one for one in found.compared if one.ratio is not None]
    if drawn:
        yield _ratios(drawn, margin, found)
    without = [
        Fact(printable(one.name), printable(one.sentence), "warn")
        for one in found.compared
        if one.ratio is None
    ]
    if without:
        yield Facts(without, title="No verdict")


def _ratios(compared: Sequence[Compared], margin: float | None, found: BenchmarkSet) -> Spreads:
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


# Distributions


def _distributions(drawn: Sequence[BenchmarkResult]) -> Iterator[Block]:
    if not drawn:
        return
    shown = drawn[:_MOST_DRAWN]
    pooled = np.concatenate([np.concatenate(one.values_ms) for one in shown])
    low, high, log = _scale(pooled)
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


def _scale(values: np.ndarray) -> tuple[float, float, bool]:
    """The ends of a scale for the middle 98 % of values, and whether it is logarithmic as they lie far apart."""
    low, high = (float(end) for end in np.quantile(values, [0.01, 0.99]))
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


def _processes(drawn: Sequence[BenchmarkResult]) -> list[Block]:
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


# Words and figures


def _tables(result: Result, found: BenchmarkSet) -> Iterator[Block]:
    for table in overview(result).tables:
        yield Grid(table)
    if isinstance(result, BenchmarkComparison):
        medians = [Fact(printable(name), time_text(ms)) for name, ms in result.medians_ms.items()]
        fastest = [Fact("fastest", printable(result.fastest or "none for certain"))]
        turns = [Fact("measured", "in turns" if result.interleaved else "one after the other")]
        yield Facts([*medians, *fastest, *turns], title="Medians")
        yield Paragraph("Distributions and processes are left out: a comparison holds the medians only.")
    far = [
        one for one in found.benchmarks if one.variance is not None and one.variance.share_between is not None
    ]
    if far:
        shares = [
            Fact(
                printable(one.name),
                f"{figures.percent(one.variance.share_between)} of the variance is between processes",
            )
            for one in far
            if one.variance is not None
        ]
        yield Facts(shares, title="Where the spread comes from")


def _failures(found: BenchmarkSet) -> Iterator[Block]:
    for one in found.benchmarks:
        if one.failure is not None:
            yield Facts([Fact(printable(one.name), printable(one.failure.sentence), "bad")])
            if one.failure.traceback:
                lines = "\n".join(printable(line) for line in one.failure.traceback.splitlines())
                yield Code("Traceback", cut(lines, _LONGEST_TRACEBACK))


def _warnings(result: Result, warnings: Sequence[Fact]) -> list[Block | None]:
    own = result.warnings if isinstance(result, BenchmarkComparison) else ()
    facts = [Fact(printable(warning.code), printable(warning.message), "warn") for warning in own]
    return [told([*facts, *warnings])]


def _environments(found: BenchmarkSet) -> Iterator[Block]:
    """Each environment once, with the benchmarks measured in it where there are several."""
    by_place: dict[tuple[tuple[str, object], ...], list[str]] = {}
    for one in found.benchmarks:
        place = tuple(one.environment.model_dump(mode="json").items())
        by_place.setdefault(place, []).append(one.name)
    for place, names in by_place.items():
        facts = [Fact(name.replace("_", " "), _plain(value)) for name, value in place]
        yield Facts(facts, 2, title=cut(printable(", ".join(names)), 120) if len(by_place) > 1 else "")


def _plain(value: object) -> str:
    if value is None:
        return figures.UNKNOWN
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else printable(str(value))
