"""An overview: what a report for people says of any kind of result, in the order in which it matters."""

from __future__ import annotations

from dataclasses import dataclass

from ..metrics.result import RunResult
from . import figures
from .facts import Fact, Headline, Tone, about, headline, statuses, totals, warnings
from .grid import Column, Row, Table
from .tables import FIGURES, GENERATOR, checks, errors, tables, thresholds

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Against:
    """A result held against another, or one side of a comparison against the first: the words, then the figures.

    ``word`` is the verdict, or says that there is none; ``notes`` are what must be known of the comparison.
    """

    title: str
    word: str
    tone: Tone
    sentence: str
    table: Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """What everyone should see, and in ``about`` and ``details`` what some look for."""

    headline: Headline
    subject: str
    tables: tuple[Table, ...] = ()
    against: tuple[Against, ...] = ()
    warnings: tuple[Fact, ...] = ()
    about: tuple[Fact, ...] = ()
    details: tuple[Table, ...] = ()


def overview_of_run(result: RunResult, against: Against | None = None) -> Overview:
    """The overview of a run; ``against`` is what it was compared with."""
    plan, load, engine = (fact.text for fact in about(result)[:3])
    return Overview(
        headline=headline(result),
        subject=f"{plan}: {load}, on {engine}",
        tables=(_key_figures(result), *tables(result, (thresholds, errors), most_rows=MOST_ROWS)),
        against=() if against is None else (against,),
        warnings=tuple(warnings(result)),
        about=tuple(about(result)),
        details=(_totals(result), *tables(result, (*FIGURES, checks, *GENERATOR), most_rows=MOST_ROWS)),
    )


def _key_figures(result: RunResult) -> Table:
    """The figures that most readers came for, in one row."""
    summary, finest = result.summary, result.engine.semantics.resolution_ms
    times = {name: getattr(summary.latency_ms, name) for name in ("p50", "p95", "p99", "max")}
    cells = {
        "requests": figures.count(summary.requests),
        "failures": figures.count(summary.failures),
        "error rate": figures.percent(summary.error_rate),
        "throughput": figures.rate(summary.throughput_rps),
        **{name: figures.latency(value, finest) for name, value in times.items()},
    }
    return Table("", tuple(map(Column, cells)), (Row(tuple(cells.values())),))


def _totals(result: RunResult) -> Table:
    facts = [*totals(result), Fact("status codes", statuses(result.summary))]
    rows = tuple(Row((fact.label, fact.text), fact.tone) for fact in facts)
    return Table("Totals", (Column("", is_text=True), Column("total")), rows)
