"""The page of a search for capacity: the rate with its interval, the rate-latency curve, and every probe behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...plan.quantity import format_duration
from ...reports import figures
from ...reports.facts import Fact, Tone
from ...reports.grid import Table
from ...reports.overview import Overview
from ...reports.page.model import Block, Facts, Grid, Page, Paragraph
from ...reports.page.render import render_page
from ...reports.text import printable
from ...workflows.capacity.result import CapacityResult, Probe
from ..searching import facts
from ..views.capacity import overview
from . import capacity_charts as charts
from .parts import page, plan_section, section, told

_CALLED = {"found": "capacity", "at_least": "at least", "below": "below", "inconclusive": "best guess"}
_NO_PROBE = "No probe was made, so there is nothing to draw."


def render(result: CapacityResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: CapacityResult) -> Page:
    """The page as data."""
    seen = overview(result)
    pictures: list[Block | None] = (
        [charts.curve(result), charts.search(result), charts.achieved(result)]
        if result.probes
        else [Paragraph(_NO_PROBE)]
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
            section("curve", "Rate and latency", "Charts", pictures, _lead(result)),
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
        Fact(_CALLED[result.conclusion], figures.rate(result.rate), known),
        Fact(charts.interval_name(result), charts.interval_text(result)),
        Fact("verified", figures.rate(result.verified_rate)),
        Fact("p99 there", figures.latency(verified.p99_ms if verified else None)),
        Fact("limit", printable(result.limit or figures.UNKNOWN)),
        Fact("knee", figures.rate(result.knee.rate if result.knee else None)),
    ]


def _last(probes: Iterable[Probe]) -> Probe | None:
    return (list(probes) or [None])[-1]  # type: ignore[list-item]


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
