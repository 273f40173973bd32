"""The page of a measurement of scalability: its doubts first, then the levels and the law fitted to them."""

from __future__ import annotations

from ...reports import figures
from ...reports.facts import Fact
from ...reports.page.model import Axis, Block, Facts, Grid, Mark, Page, Paragraph, Plot, Series, Value
from ...reports.page.render import render_page
from ...workflows.scalability import Law, Level, ScalabilityResult
from ..views.scalability import overview
from .fitting import thinned
from .parts import counted, page, plan_section, section

_STEPS = 48
_LAW = (
    "The law (Universal Scalability Law, Gunther 2007) is a curve through the levels: contention bends it, coherency "
    "turns it down. It is drawn as far as was measured, and as far as its peak where the data support one."
)


def render(result: ScalabilityResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: ScalabilityResult) -> Page:
    """The page as data."""
    seen = overview(result)
    return page(
        seen,
        [
            section("doubts", "What speaks against it", "Doubts", _doubts(result)),
            section("curve", "Throughput by users", "Charts", _charts(result), _lead(result)),
            section("levels", "Levels", "Levels", [Grid(table, titled=False) for table in seen.tables]),
            plan_section(result.plan),
        ],
        schema=result.schema_name,
        cards=_cards(result),
    )


def _cards(result: ScalabilityResult) -> list[Fact]:
    law = result.law
    best = _best(result)
    peak = figures.UNKNOWN if law is None or law.peak_users is None else f"{law.peak_users:,.0f} users"
    return [
        Fact("peak of the law", peak),
        Fact("throughput there", figures.rate(law.peak_throughput if law else None)),
        Fact("most measured", figures.rate(best.throughput if best else None)),
        Fact("with", counted(best.users, "user") if best else figures.UNKNOWN),
        Fact("contention", figures.percent(law.contention if law else None)),
        Fact("coherency", figures.percent(law.coherency if law else None)),
    ]


def _best(result: ScalabilityResult) -> Level | None:
    known = [level for level in result.levels if level.throughput is not None]
    return max(known, key=lambda level: level.throughput or 0.0, default=None)


def _doubts(result: ScalabilityResult) -> list[Block]:
    if result.law is None:
        return []
    doubts = [Fact("doubt", doubt, "warn") for doubt in result.law.doubts]
    left_out = [
        Fact(counted(level.users, "user"), f"left out of the fit: {level.left_out}", "warn")
        for level in result.levels
        if level.left_out
    ]
    return [Facts([*doubts, *left_out])] if doubts or left_out else []


def _lead(result: ScalabilityResult) -> str:
    return _LAW if result.law is not None else ""


def _charts(result: ScalabilityResult) -> list[Block | None]:
    measured = [level for level in result.levels if level.throughput is not None]
    if not measured:
        return [Paragraph("No level was measured, so there is nothing to draw.")]
    return [_throughput(result, measured), _latency(result)]


def _throughput(result: ScalabilityResult, levels: list[Level]) -> Plot:
    """The levels as dots, the law as a curve over what was measured, the ideal as a dashed line."""
    at = {float(level.users): level for level in thinned(levels)}
    law = result.law
    peak = law.peak_users if law is not None else None
    top = max(*at, peak or 0.0)
    low = min(at)
    x = sorted({*at, *(low + (top - low) * n / _STEPS for n in range(_STEPS + 1)), *([peak] if peak else [])})

    def dots(*, left_out: bool) -> list[Value]:
        return [
            at[users].throughput if users in at and bool(at[users].left_out) == left_out else None
            for users in x
        ]

    fitted, kept_out = dots(left_out=False), dots(left_out=True)
    series = [
        *([Series("the law", [_at(law, users) for users in x], "c1")] if law else []),
        *(
            [Series("if none waited for another", [law.rate_of_one * n for n in x], "soft", True, on=False)]
            if law
            else []
        ),
        *([Series("measured", fitted, "c2", dots=True)] if any(fitted) else []),
        *([Series("left out of the fit", kept_out, "warn", dots=True)] if any(kept_out) else []),
    ]
    marks = [Mark(peak, f"peak near {peak:,.0f} users")] if peak else []
    return Plot(
        "scalability",
        "Throughput by users",
        x,
        series,
        Axis("rate"),
        Axis("count", "users", low=0.0, high=top * 1.04),
        marks=marks,
        wide=True,
        summary=f"Throughput at {len(levels)} numbers of users"
        + (", and the law fitted to it" if law else ""),
        note="Iterations finished per second.",
    )


def _at(law: Law, users: float) -> float:
    """Throughput by the law; Gunther 2007: N λ / (1 + σ (N - 1) + κ N (N - 1))."""
    waiting = 1 + law.contention * (users - 1) + law.coherency * users * (users - 1)
    return users * law.rate_of_one / waiting


def _latency(result: ScalabilityResult) -> Plot | None:
    mean, p99 = ([getattr(level, name) for level in thinned(result.levels)] for name in ("mean_ms", "p99_ms"))
    if not any(mean) and not any(p99):
        return None
    levels = thinned(result.levels)
    top = float(levels[-1].users)
    return Plot(
        "latency",
        "Latency by users",
        [float(level.users) for level in levels],
        [Series("mean", mean, "c1", marked=True), Series("p99", p99, "c2", marked=True)],
        Axis("ms", switch=True),
        Axis("count", "users", low=0.0, high=top * 1.04),
        wide=True,
        summary="Mean and p99 latency by the number of users",
    )
