"""The page of benchmarks of functions: their verdicts, how their times are distributed, and what to know before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...microbench.document import BenchmarkSet
from ...microbench.result import BenchmarkResult
from ...microbench.verdicts import BenchmarkComparison
from ...reports import figures
from ...reports.benchmark import time_text
from ...reports.facts import Fact
from ...reports.overview import Overview
from ...reports.page.model import (
    Block,
    Code,
    Facts,
    Grid,
    Page,
    Paragraph,
)
from ...reports.page.render import render_page
from ...reports.text import cut, printable
from ..views.functions import Result, overview
from . import functions_charts as charts
from .parts import counted, page, section, told

_MOST_NAMED = 4
_LONGEST_TRACEBACK = 4_000
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
            section("distributions", "Distributions", "Distributions", charts.distributions(drawn), _LEAD),
            section("processes", "Processes in their order", "Processes", charts.processes(drawn), _ORDER),
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


def _comparisons(found: BenchmarkSet, margin: float | None) -> Iterator[Block]:
    if not found.compared:
        return
    drawn = [one for one in found.compared if one.ratio is not None]
    if drawn:
        yield charts.ratios(drawn, margin, found)
    without = [
        Fact(printable(one.name), printable(one.sentence), "warn")
        for one in found.compared
        if one.ratio is None
    ]
    if without:
        yield Facts(without, title="No verdict")


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
