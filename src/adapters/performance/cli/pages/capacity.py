"""The page of a search for capacity: the rate with its interval, the rate-latency curve, and every probe behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median_low

from ...plan.quantity import format_duration
from ...reports import figures
from ...reports.facts import Fact, Tone
from ...reports.grid import Table
from ...reports.overview import Overview
from ...reports.page.model import Axis, Block, Colour, Facts, Grid, Mark, Page, Paragraph, Plot, Series, Value
from ...reports.page.render import render_page
from ...reports.text import printable
from ...workflows.capacity.result import CapacityResult, Probe
from ..searching import facts
from ..views.capacity import overview
from .fitting import thinned, thinning_note
from .parts import latency_limits, limit_series, page, plan_section, section, told

_CURVES: dict[str, Colour] = {"p50": "c1", "p95": "c4", "p99": "c2"}
_NO_PROBE = "No probe was made, so there is nothing to draw."


def render(result: CapacityResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: CapacityResult) -> Page:
    """The page as data."""
    seen = overview(result)
    charts: list[Block | None] = (
        [_curve(result), _search(result), _achieved(result)] if result.probes else [Paragraph(_NO_PROBE)]
    )
    return page(
        _headline(seen),
        [
            section(
                "meaning",
                "What the number means",
                "Meaning",
                [Paragraph(_meaning(result)), *_further(result)],
            ),
            section("curve", "Rate and latency", "Charts", charts, _lead(result)),
            section("probes", "Probes", "Probes", [_without_title(table) for table in seen.tables]),
            section("recovery", "Recovery after overload", "Recovery", _recovery(result)),
            section("settings", "How it was searched", "Settings", [Facts(_settings(result), 2)]),
            section("notes", "What to know", "Notes", [told(_notes(result))]),
            plan_section(result.plan),
        ],
        schema=result.schema_name,
        cards=_cards(result),
        about=[Fact(name, printable(text)) for name, text in facts(result) if name != "note"],
    )


def _without_title(table: Table) -> Grid:
    return Grid(table, titled=False)


def _cards(result: CapacityResult) -> list[Fact]:
    known: Tone = (
        "good" if result.conclusion == "found" else "bad" if result.conclusion == "below" else "warn"
    )
    verified = _last(probe for probe in result.probes if probe.phase == "verify" and probe.sustained)
    return [
        Fact("capacity", figures.rate(result.rate), known),
        Fact(_of_interval(result), _interval(result)),
        Fact("verified", figures.rate(result.verified_rate)),
        Fact("p99 there", figures.latency(verified.p99_ms if verified else None)),
        Fact("limit", printable(result.limit or figures.UNKNOWN)),
        Fact("knee", figures.rate(result.knee.rate if result.knee else None)),
    ]


def _last(probes: Iterable[Probe]) -> Probe | None:
    return (list(probes) or [None])[-1]  # type: ignore[list-item]


def _of_interval(result: CapacityResult) -> str:
    return "interval" if result.interval is None else f"{100 * result.interval.confidence:.0f}% interval"


def _interval(result: CapacityResult) -> str:
    interval = result.interval
    if interval is None or (interval.low is None and interval.high is None):
        return figures.UNKNOWN
    if interval.low is None:
        return f"at most {figures.rate(interval.high)}"
    if interval.high is None:
        return f"at least {figures.rate(interval.low)}"
    return f"{interval.low:,.4g} – {interval.high:,.4g}/s"


def _meaning(result: CapacityResult) -> str:
    """What the number says, and what it does not, in one sentence."""
    within = " and ".join(result.slo)
    if result.rate is None:
        return printable(f"Nothing is known yet of the rate at which {within} holds.")
    rate = figures.rate(result.rate)
    if result.conclusion == "found":
        number = rate.removesuffix("/s")
        return printable(
            f"{number} new iterations may begin in each second, whether or not earlier ones are done, and {within} "
            "holds."
        )
    if result.conclusion == "at_least":
        return printable(
            f"At {rate} {within} held; how much more the target takes is not known, as it was not the target that "
            "ended the search."
        )
    if result.conclusion == "below":
        return printable(f"Already at {rate}, the first rate that was tried, {within} did not hold.")
    return printable(
        f"{rate} is the best guess at the rate up to which {within} holds, and no more than a guess."
    )


def _headline(seen: Overview) -> Overview:
    """The first clause of the sentence, which says how much it is; the rest stands below."""
    verdict = seen.headline
    return replace(seen, headline=replace(verdict, sentence=verdict.sentence.partition("; ")[0]))


def _further(result: CapacityResult) -> list[Paragraph]:
    """What else the sentence says: what the limit is, and what held for how long."""
    rest = result.sentence.partition("; ")[2]
    return [Paragraph(printable(rest[:1].upper() + rest[1:] + "."))] if rest else []


def _lead(result: CapacityResult) -> str:
    if not result.probes:
        return ""
    return (
        "Each dot is a probe: the target under one steady rate. Times count from when requests were due, where the "
        "engine tells, so that waiting counts too."
    )


def _curve(result: CapacityResult) -> Plot | None:
    """Latency over rate: a dot for each probe, lines through the middle probe of each rate."""
    if all(_time(probe, name) is None for probe in result.probes for name in _CURVES):
        return None
    probes = sorted(thinned(result.probes), key=lambda probe: (probe.rate, probe.number))
    judged = _judged_quantile(result)
    series: list[Series] = []
    for name, colour in _CURVES.items():
        series.append(Series(name, _middle(probes, name), colour, marked=name != judged))
    series += _dots(probes, judged)
    series += limit_series(result.slo, len(probes))
    return Plot(
        "rate-latency",
        f"Latency over rate ({judged} as dots)",
        [probe.rate for probe in probes],
        series,
        Axis("ms", log=True, switch=True),
        _rates(result),
        marks=_marks(result),
        wide=True,
        summary=f"{judged} of {len(probes)} probes over their rates, on a logarithmic scale",
        note="Where a rate was probed more than once, the lines go through the middle one of its probes.",
    )


def _time(probe: Probe, name: str) -> Value:
    value: Value = getattr(probe, f"{name}_ms")
    return value


def _judged_quantile(result: CapacityResult) -> str:
    """The percentile that the objective bounds, among those that probes tell; else p99."""
    bounded = [limit.metric for limit in latency_limits(result.slo)]
    return next((name for name in bounded if name in _CURVES), "p99")


def _middle(probes: Sequence[Probe], name: str) -> list[Value]:
    """At the first probe of each rate the middle figure of those at that rate, None at the others."""
    values: list[Value] = []
    for place, probe in enumerate(probes):
        if place and probes[place - 1].rate == probe.rate:
            values.append(values[-1])
            continue
        known = [
            value
            for other in probes
            if other.rate == probe.rate and (value := _time(other, name)) is not None
        ]
        values.append(median_low(known) if known else None)
    return values


def _dots(probes: Sequence[Probe], name: str) -> list[Series]:
    def of(sustained: bool) -> list[Value]:
        return [_time(probe, name) if probe.sustained == sustained else None for probe in probes]

    held, failed = of(True), of(False)
    return [
        *([Series(f"{name}, held", held, "good", dots=True)] if any(held) else []),
        *([Series(f"{name}, failed", failed, "bad", dots=True)] if any(failed) else []),
    ]


def _rates(result: CapacityResult) -> Axis:
    rates = [probe.rate for probe in result.probes]
    low, high = min(rates), max(rates)
    wide = low > 0 and high / low > 30
    room = (high - low) * 0.04 or high * 0.1
    return Axis(
        "rate", "rate asked for", log=wide, low=low / 1.1 if wide else max(0.0, low - room), high=high + room
    )


def _marks(result: CapacityResult) -> list[Mark]:
    marks = []
    interval = result.interval
    if interval is not None and interval.low is not None and interval.high is not None:
        told = f"{_of_interval(result)} {_interval(result)}"
        marks.append(Mark(interval.low, told, interval.high))
    if result.knee is not None:
        marks.append(Mark(result.knee.rate, f"knee {figures.rate(result.knee.rate)}"))
    if result.verified_rate is not None:
        marks.append(Mark(result.verified_rate, f"verified {figures.rate(result.verified_rate)}"))
    return marks


def _search(result: CapacityResult) -> Plot:
    """The probes in the order in which they were made."""
    probes = thinned(result.probes)

    def of(sustained: bool) -> list[Value]:
        return [probe.rate if probe.sustained == sustained else None for probe in probes]

    series = [
        Series("order", [probe.rate for probe in probes], "soft"),
        *([Series("held", of(True), "good", dots=True)] if any(of(True)) else []),
        *([Series("failed", of(False), "bad", dots=True)] if any(of(False)) else []),
    ]
    if result.rate is not None and result.conclusion == "found":
        series.append(Series("capacity", [result.rate] * len(probes), "c1", dashed=True))
    return Plot(
        "search",
        "The search, probe by probe",
        [float(probe.number) for probe in probes],
        series,
        Axis("rate"),
        Axis("count", "probe", low=0.0, high=len(result.probes) + 1.0),
        summary=f"The rates of {len(probes)} probes in the order in which they were made",
        note=thinning_note(result.probes, "probe"),
    )


def _achieved(result: CapacityResult) -> Plot | None:
    """What came back per second at each rate."""
    probes = sorted(thinned(result.probes), key=lambda probe: (probe.rate, probe.number))
    if all(probe.achieved is None for probe in probes):
        return None

    def of(sustained: bool) -> list[Value]:
        return [probe.achieved if probe.sustained == sustained else None for probe in probes]

    return Plot(
        "achieved",
        "Achieved over asked for",
        [probe.rate for probe in probes],
        [
            Series("as asked for", [probe.rate for probe in probes], "soft", dashed=True),
            *([Series("achieved, held", of(True), "good", dots=True)] if any(of(True)) else []),
            *([Series("achieved, failed", of(False), "bad", dots=True)] if any(of(False)) else []),
        ],
        Axis("rate"),
        _rates(result),
        summary="Iterations finished per second over those asked for",
        note="Iterations finished per second.",
    )


def _recovery(result: CapacityResult) -> list[Block | None]:
    """How long after a probe that failed the median was back."""
    back = [probe for probe in result.probes if probe.recovery_s is not None]
    if not back:
        return []
    facts = [
        Fact(f"probe {probe.number}, {figures.rate(probe.rate)}", f"after {_whole(probe.recovery_s)}")
        for probe in back
    ]
    longest = f" The longest took {_whole(result.recovery_s)}." if len(back) > 1 else ""
    lead = f"How long after these probes the median was back at that of the first probe.{longest}"
    return [Paragraph(lead), Facts(facts, 2)]


def _whole(seconds: float | None) -> str:
    """Seconds as they are known, to the second."""
    return figures.duration(None if seconds is None else round(seconds))


def _settings(result: CapacityResult) -> list[Fact]:
    """What the search was told, in words where there are some."""
    return [
        Fact("objective", printable(" and ".join(result.slo))),
        *(Fact(printable(name), printable(text)) for name, text in map(_setting, result.settings.items())),
        *(
            [Fact("softness of the limit", figures.percent(result.softness))]
            if result.softness is not None
            else []
        ),
    ]


def _setting(item: tuple[str, object]) -> tuple[str, str]:
    name, value = item
    words = name.removesuffix("_s").replace("_", " ")
    if name == "growth":
        return words, f"{value}×"
    if value is None:
        return words, "not set" if name in ("max_rate", "max_users") else figures.UNKNOWN
    if isinstance(value, int | float) and name.endswith("_s"):
        return words, format_duration(value)
    if isinstance(value, int | float) and name.endswith("_rate"):
        return words, figures.rate(value)
    return words, figures.percent(float(value)) if name == "precision" and isinstance(value, float) else str(
        value
    )


def _notes(result: CapacityResult) -> list[Fact]:
    return [
        *(Fact("note", printable(note), "warn") for note in result.notes),
        *_warnings(result),
        *([Fact("ended", printable(result.ended_reason))] if result.ended_reason else []),
    ]


def _warnings(result: CapacityResult) -> Iterator[Fact]:
    for probe in result.probes:
        for warning in probe.warnings:
            yield Fact(f"probe {probe.number}", printable(warning), "warn")
