"""The page of a stress test: where it broke and why, throughput and latency by users, every criterion of every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...metrics.result import ThresholdResult
from ...reports import figures
from ...reports.facts import Fact
from ...reports.grid import Column, Row, Table
from ...reports.page.model import Axis, Block, Colour, Grid, Mark, Page, Paragraph, Plot, Series, Value
from ...reports.page.render import render_page
from ...reports.tables import errors_table
from ...reports.text import printable
from ...workflows.stress.result import StressResult, StressStep
from ..show_stress import notes, steps_table
from ..views.stress import overview
from .fitting import thinned, thinning_note
from .parts import counted, limit_series, page, plan_section, section, told

_SYNC = "users"
_QUANTILES: dict[str, Colour] = {"p50": "c1", "p95": "c4", "p99": "c2"}
_ABOUT = ("steps", "each holds", "engine", "took")
_GROWTH = (
    "Growth is how much of the throughput that the added users should have brought did come, if each brought as "
    "much as those before."
)
_MOST_CRITERIA = 12
Figure = Callable[[StressStep], Value]


def render(result: StressResult) -> str:
    """The page as HTML text."""
    return render_page(page_of(result))


def page_of(result: StressResult) -> Page:
    """The page as data."""
    seen = overview(result)
    blocks: list[Block | None] = [*_charts(result)] if result.steps else []
    lead = "Each dot is one step, judged by itself: what was measured after it had settled." if blocks else ""
    return page(
        seen,
        [
            section("steps", "Users, throughput and latency", "Charts", blocks, lead),
            section("table", "Steps", "Steps", _tables(result)),
            section("errors", "Errors of the steps that failed", "Errors", _errors(result)),
            section("notes", "What to know", "Notes", [told(notes(result))]),
            plan_section(result.plan),
        ],
        schema=result.schema_name,
        cards=_cards(result),
        about=[fact for fact in seen.about if fact.label in _ABOUT],
    )


def _cards(result: StressResult) -> list[Fact]:
    best = _most_held(result)
    times = best.latency_ms if best else None
    broke = figures.UNKNOWN if result.break_point is None else counted(result.break_point, "user")
    return [
        Fact("broke at", broke, "warn" if result.break_point is not None else "plain"),
        Fact("held", counted(best.users, "user") if best else "no step", "good" if best else "plain"),
        Fact("rate there", figures.rate(best.throughput_rps if best else None)),
        Fact("p95 there", figures.latency(times.p95 if times else None)),
        Fact("p99 there", figures.latency(times.p99 if times else None)),
        Fact("steps", f"{len(result.steps)} of {len(result.planned_users)}"),
    ]


def _most_held(result: StressResult) -> StressStep | None:
    held = [step for step in result.steps if step.verdict == "held"]
    return max(held, key=lambda step: step.users, default=None)


def _charts(result: StressResult) -> Iterator[Plot]:
    drawn = thinned(result.steps)
    yield _plot(result, drawn, "throughput", "Throughput by users", Axis("rate"), _throughput(result, drawn))
    latencies = [
        Series(name, [getattr(step.latency_ms, name) for step in drawn], colour, marked=True)
        for name, colour in _QUANTILES.items()
    ]
    judged = [item.expression for step in result.steps[:1] for item in step.thresholds]
    latencies += limit_series(judged, len(drawn))
    if result.repeated is not None:
        latencies.append(
            Series("p95, repeated", _only(result, drawn, lambda step: step.latency_ms.p95), "bad", dots=True)
        )
    yield _plot(result, drawn, "latency", "Latency by users", Axis("ms", switch=True), latencies)
    if any(step.failures for step in result.steps):
        rates = [step.error_rate for step in drawn]
        shown = [Series("error rate", rates, "bad", marked=True)]
        if result.repeated is not None:
            shown.append(
                Series("repeated", _only(result, drawn, lambda step: step.error_rate), "c5", dots=True)
            )
        yield _plot(result, drawn, "errors-by-users", "Error rate by users", Axis("percent"), shown)


def _throughput(result: StressResult, drawn: Sequence[StressStep]) -> list[Series]:
    def rate(step: StressStep) -> Value:
        return step.throughput_rps

    series = [
        Series("throughput", [rate(step) for step in drawn], "c1", marked=True),
        *_ideal(drawn),
    ]
    named: dict[str, tuple[str, Colour]] = {"broke": ("failed", "bad"), "inconclusive": ("not known", "warn")}
    for verdict, (name, colour) in named.items():
        if any(step.verdict == verdict for step in drawn):
            values = [rate(step) if step.verdict == verdict else None for step in drawn]
            series.append(Series(name, values, colour, dots=True))
    if result.repeated is not None:
        series.append(Series("repeated", _only(result, drawn, rate), "c5", dots=True))
    return series


def _ideal(drawn: Sequence[StressStep]) -> Iterator[Series]:
    """What there would be if each user brought as much as those of the first step."""
    first = drawn[0]
    if first.throughput_rps and len(drawn) > 1:
        each = first.throughput_rps / first.users
        values = [each * step.users for step in drawn]
        yield Series("if each user brought as much as the first", values, "soft", dashed=True, on=False)


def _only(result: StressResult, drawn: Sequence[StressStep], figure: Figure) -> list[Value]:
    """The figure of the step that was repeated, as a point at its place among the steps."""
    repeated = result.repeated
    return [
        figure(repeated) if repeated is not None and step.users == repeated.users else None for step in drawn
    ]


def _plot(
    result: StressResult,
    drawn: Sequence[StressStep],
    id: str,
    title: str,
    axis: Axis,
    series: Sequence[Series],
) -> Plot:
    users = [float(step.users) for step in drawn]
    marks = []
    if result.max_users_held:
        marks.append(Mark(result.max_users_held, f"held {counted(result.max_users_held, 'user')}"))
    if result.break_point is not None:
        marks.append(Mark(result.break_point, f"broke at {figures.count(result.break_point)}"))
    last = max(users)
    return Plot(
        id,
        title,
        users,
        series,
        axis,
        Axis("count", "users", low=0.0, high=last + max(1.0, 0.04 * last)),
        marks=marks,
        sync=_SYNC,
        summary=f"{title}: a dot for each of {len(users)} steps",
        note=thinning_note(result.steps, "step"),
    )


def _tables(result: StressResult) -> list[Block]:
    if not result.steps:
        return [Paragraph("No step was judged.")]
    grew = any(step.gain is not None for step in result.steps)
    return [
        Grid(steps_table(result), titled=False),
        *([Paragraph(_GROWTH)] if grew else []),
        *_criteria(result),
    ]


def _criteria(result: StressResult) -> Iterator[Block]:
    """Every criterion of every step, with the figure it was held against."""
    steps = [*result.steps, *([result.repeated] if result.repeated is not None else [])]
    names = list(dict.fromkeys(item.expression for step in steps for item in step.thresholds))
    if not names:
        return
    failed = {item.expression for step in steps for item in step.thresholds if not item.passed}
    left_out = len(names) - _MOST_CRITERIA
    names = sorted(names, key=lambda name: name not in failed)[:_MOST_CRITERIA]
    columns = (Column("users"), *(Column(printable(name)) for name in names))
    rows = []
    for step in steps:
        found = {item.expression: item for item in step.thresholds}
        again = " again" if step is result.repeated else ""
        cells = (f"{figures.count(step.users)}{again}", *(_judged(found.get(name)) for name in names))
        rows.append(Row(cells, "plain" if step.verdict == "held" else "bad"))
    yield Grid(Table("Criteria", columns, tuple(rows)))
    if left_out > 0:
        yield Paragraph(
            f"Criteria that failed come first; {counted(left_out, 'more is', 'more are')} in the JSON result."
        )


def _judged(item: ThresholdResult | None) -> str:
    if item is None:
        return figures.UNKNOWN
    if item.passed is None:
        return printable(f"not known: {item.reason}")
    return f"{figures.exactly(item.actual, item.unit)} {'held' if item.passed else 'FAILED'}"


def _errors(result: StressResult) -> Iterator[Grid]:
    last = [step for step in result.steps if step.verdict != "held" and step.errors]
    repeated = result.repeated
    for step in [*last, *([repeated] if repeated is not None and repeated.errors else [])]:
        table = errors_table(step.errors)
        again = ", repeated" if step is repeated else ""
        yield Grid(Table(f"{counted(step.users, 'user')}{again}", table.columns, table.rows[:20]))
