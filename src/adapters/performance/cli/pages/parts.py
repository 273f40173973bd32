"""What pages of results have in common: their head, their sections, and ranges of axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from ...plan.thresholds import LATENCY_METRICS, Threshold, parse_threshold
from ...reports import figures
from ...reports.facts import Fact
from ...reports.overview import Overview
from ...reports.page.model import Block, Code, Facts, Page, Section, Series, Value
from ...reports.text import cut, printable
from . import fitting

LONGEST_LABEL = 40
_LONGEST_PLAN = 12_000


def page(
    overview: Overview,
    sections: Iterable[Section | None],
    *,
    schema: str,
    cards: Sequence[Fact] = (),
    about: Sequence[Fact] | None = None,
    started_s: float | None = None,
) -> Page:
    """A page that begins with the words of an overview; of ``sections`` those that there are."""
    verdict = overview.headline
    return Page(
        title=cut(printable(overview.subject), fitting.LONGEST_TITLE),
        word=printable(verdict.word),
        sentence=cut(printable(verdict.sentence), fitting.LONGEST_SENTENCE),
        tone=verdict.tone,
        about=fitting.facts(overview.about if about is None else about),
        cards=cards,
        sections=[section for section in sections if section is not None],
        footer=schema,
        started_s=started_s,
    )


def section(id: str, title: str, nav: str, blocks: Iterable[Block | None], lead: str = "") -> Section | None:
    """A section of those blocks that there are; None without any."""
    found = [block for block in blocks if block is not None]
    if not found:
        return None
    return Section(
        id,
        cut(title, fitting.LONGEST_TITLE),
        [fitting.fitting(block) for block in found],
        nav,
        cut(lead, fitting.LONGEST_SENTENCE),
    )


def told(facts: Sequence[Fact], title: str = "") -> Facts | None:
    """Facts as a block; None without any."""
    return Facts(facts, title=title) if facts else None


def plan_section(plan: dict[str, Any]) -> Section | None:
    """The plan as it ran, folded away."""
    if not plan:
        return None
    text = yaml.safe_dump(plan, sort_keys=False, allow_unicode=True, width=100)
    lines = "\n".join(printable(line) for line in text.splitlines())
    more = "\n(the whole plan is in the JSON result)" if len(lines) > _LONGEST_PLAN else ""
    return section("plan", "Plan", "", [Code("The plan as it ran", cut(lines, _LONGEST_PLAN) + more)])


def label(name: str) -> str:
    """A name from outside, as it stands beside a line of a chart."""
    return cut(printable(name), LONGEST_LABEL)


def series_or_none(series: Series) -> Series | None:
    """A series, None if it has no value at all."""
    return series if any(value is not None for value in series.values) else None


def latency_limits(expressions: Iterable[str]) -> list[Threshold]:
    """Those thresholds that bound a latency of all requests from above, such as ``p99 < 50ms``."""
    return [threshold for text in expressions if (threshold := _limit(text)) is not None]


def _limit(text: str) -> Threshold | None:
    try:
        threshold = parse_threshold(text)
    except ValueError:  # in the grammar of another version
        return None
    bounds = threshold.metric in LATENCY_METRICS and threshold.request is None and threshold.op in ("<", "<=")
    return threshold if bounds else None


def limit_series(expressions: Iterable[str], points: int) -> list[Series]:
    """A dashed line for each bound on a latency."""
    return [
        Series(label(f"limit: {threshold.expression}"), [threshold.value] * points, "bad", dashed=True)
        for threshold in latency_limits(expressions)
    ]


def around(values: Iterable[Value], least_share: float) -> tuple[float, float]:
    """Ends of an axis about values, at least this share of them wide to either side of their middle.

    What scatters by less than that does not look as if it scattered widely.
    """
    known = [value for value in values if value is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    middle = (low + high) / 2
    reach = max(0.6 * (high - low), least_share * abs(middle)) or 1.0
    return (max(0.0, middle - reach) if low >= 0 else middle - reach), middle + reach


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number of things: ``1 run``, ``3 runs``."""
    return f"{figures.count(number)} {noun if number == 1 else plural or f'{noun}s'}"
