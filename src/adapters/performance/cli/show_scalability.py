"""Scalability on a terminal: a line for each level as it is measured, then a table, and the law in words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from ..reports import figures
from ..reports.console import print_facts, print_headline, print_table, print_warnings
from ..reports.facts import Fact, Tone
from ..reports.grid import Column, Row, Table
from ..reports.text import printable
from ..reports.words import plan_in_words
from ..workflows.scalability import Law, Level, ScalabilityResult


def level_line(level: Level) -> str:
    """A level in one line: ``8 users  340/s  mean 3.4ms  p99 5.6ms``."""
    times = f"mean {figures.latency(level.mean_ms)}  p99 {figures.latency(level.p99_ms)}"
    left_out = f"  left out: {level.left_out}" if level.left_out else ""
    return printable(f"{level.users:>6} users  {figures.rate(level.throughput)}  {times}{left_out}")


def print_scalability(result: ScalabilityResult, console: Console) -> None:
    """Print what was measured and the law that was fitted."""
    word, tone = verdict(result)
    print_headline(word, sentence(result), tone, console)
    print_facts(list(facts(result)), console)
    if result.levels:
        print_table(levels_table(result), console)
    doubts = result.law.doubts if result.law else ()
    print_warnings([Fact("doubt", printable(doubt), "warn") for doubt in doubts], console)


def verdict(result: ScalabilityResult) -> tuple[str, Tone]:
    """The verdict in a word."""
    if result.stopped == "interrupted":
        return "INTERRUPTED", "warn"
    if result.law is None:
        return "NO LAW", "warn"
    return ("DOUBTFUL", "warn") if result.law.doubts else ("FITTED", "good")


def sentence(result: ScalabilityResult) -> str:
    """The verdict in words."""
    law = result.law
    if law is None:
        return f"the Universal Scalability Law could not be fitted: {result.law_reason}"
    if law.peak_users is not None:
        return f"throughput peaks near {law.peak_users:.0f} users, at {figures.rate(law.peak_throughput)}"
    best = max(result.levels, key=lambda level: level.throughput or 0)
    return f"most throughput was measured with {best.users} users, {figures.rate(best.throughput)}; no peak is known"


def facts(result: ScalabilityResult) -> Iterator[Fact]:
    """What was measured, and the law that was fitted."""
    engine = result.engine
    each = f"{result.probe_s} s each" + (
        f" after {result.warm_up_s} s of warm-up" if result.warm_up_s else ""
    )
    yield Fact("plan", plan_in_words(result.plan))
    yield Fact("levels", f"{len(result.levels)}, {each}")
    yield Fact(
        "engine", figures.UNKNOWN if engine is None else printable(f"{engine.name} {engine.version or ''}")
    )
    yield Fact("took", figures.duration(result.duration_s))
    if result.law is not None:
        yield from _of_law(result.law)


def _of_law(law: Law) -> Iterator[Fact]:
    yield Fact("one user", figures.rate(law.rate_of_one))
    yield Fact("contention", f"{100 * law.contention:.3g}% of the work is done one at a time")
    yield Fact("coherency", f"{100 * law.coherency:.3g}% for each pair of users that get in each other's way")
    yield Fact(
        "fit", "throughput never varied" if law.r_squared is None else f"R² {max(0.0, law.r_squared):.4f}"
    )


def levels_table(result: ScalabilityResult) -> Table:
    """A row for each level."""
    columns = (*map(Column, ("users", "rate", "of ideal", "mean", "p99", "errors")), Column("", is_text=True))
    return Table("Levels", columns, tuple(_row(level, result) for level in result.levels))


def _row(level: Level, result: ScalabilityResult) -> Row:
    cells = (
        figures.count(level.users),
        figures.rate(level.throughput),
        figures.percent(_of_ideal(level, result)),
        figures.latency(level.mean_ms),
        figures.latency(level.p99_ms),
        figures.percent(level.error_rate),
        printable(f"left out: {level.left_out}" if level.left_out else ""),
    )
    return Row(cells, "warn" if level.left_out else "plain")


def _of_ideal(level: Level, result: ScalabilityResult) -> float | None:
    """Throughput as a share of what it would be if each user brought as much as those of the first level."""
    first = result.levels[0]
    if level.throughput is None or not first.throughput:
        return None
    return level.throughput * first.users / (first.throughput * level.users)
