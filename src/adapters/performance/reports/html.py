"""A result as one HTML file that needs nothing else: no network, no script, light or dark as the reader's system is."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ..metrics.result import RunResult
from . import chart, figures
from .chart import Chart, Curve, draw
from .facts import Fact, about, headline, semantics, statuses, totals, warnings
from .series import Point, condensed
from .tables import FIGURES, GENERATOR, JUDGEMENTS, tables
from .text import cut, printable
from .words import plan_in_words

_MOST_POINTS = 120
_MOST_ROWS = 100
_LONGEST_PLAN = 16_000


def render(result: RunResult) -> str:
    """The report as HTML text."""
    points = condensed(result.timeline, result.duration_s, _MOST_POINTS)
    return _template().render(
        title=plan_in_words(result.plan),
        headline=headline(result),
        about=about(result)[1:],
        cards=_cards(result),
        totals=[*totals(result), Fact("status codes", statuses(result.summary))],
        charts=_charts(points, result.engine.semantics.resolution_ms),
        chart=chart,
        step_s=round(points[0].end_s - points[0].start_s) if points else 1,
        figures=list(tables(result, FIGURES, most_rows=_MOST_ROWS)),
        judgements=list(tables(result, JUDGEMENTS, most_rows=_MOST_ROWS)),
        warnings=warnings(result),
        semantics=semantics(result),
        resources=[
            Fact(printable(str(name)), printable(_shown(value)))
            for name, value in result.resources.items()
            if not isinstance(value, dict | list | tuple)
        ],
        generator=list(tables(result, GENERATOR, most_rows=_MOST_ROWS)),
        plan=_plan_text(result.plan),
        made_by=result.schema_name,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")


def _cards(result: RunResult) -> list[Fact]:
    """The figures that most readers came for."""
    summary, finest = result.summary, result.engine.semantics.resolution_ms
    failed = figures.percent(summary.error_rate)
    return [
        Fact("requests", figures.count(summary.requests)),
        Fact("throughput", figures.rate(summary.throughput_rps)),
        Fact("error rate", failed, "bad" if summary.failures else "plain"),
        Fact("p50", figures.latency(summary.latency_ms.p50, finest)),
        Fact("p95", figures.latency(summary.latency_ms.p95, finest)),
        Fact("p99", figures.latency(summary.latency_ms.p99, finest)),
    ]


def _charts(points: list[Point], finest: float) -> list[Chart]:
    drawn = [
        draw(
            "Rate",
            points,
            [Curve("requests", "a", lambda p: p.rps), Curve("failures", "bad", lambda p: p.failures_rps)],
            figures.rate,
        ),
        draw(
            "Latency",
            points,
            [
                Curve("p99", "c", lambda p: p.p99_ms),
                Curve("p95", "b", lambda p: p.p95_ms),
                Curve("p50", "a", lambda p: p.p50_ms),
            ],
            partial(figures.latency, resolution_ms=finest),
            figures.latency,
        ),
        draw("Users", points, [Curve("users", "a", lambda p: p.users)], lambda n: figures.count(_whole(n))),
    ]
    return [found for found in drawn if found is not None]


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _shown(value: Any) -> str:
    return figures.UNKNOWN if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _plan_text(plan: dict[str, Any]) -> str:
    text = yaml.safe_dump(plan, sort_keys=False, allow_unicode=True, width=100) if plan else figures.UNKNOWN
    lines = "\n".join(printable(line) for line in text.splitlines())
    return cut(lines, _LONGEST_PLAN) + (
        "\n(the whole plan is in the JSON result)" if len(lines) > _LONGEST_PLAN else ""
    )
