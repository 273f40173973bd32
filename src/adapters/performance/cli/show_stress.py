"""A stress test on a terminal: a line for each step as it is judged, and the result as a table."""

from __future__ import annotations

from rich.console import Console

from ..plan.quantity import format_duration
from ..reports import figures
from ..reports.console import print_facts, print_headline, print_table, print_warnings
from ..reports.facts import Fact, Tone
from ..reports.grid import Column, Row, Table
from ..reports.text import printable
from ..reports.words import plan_in_words
from ..workflows.stress.result import Outcome, StressResult, StressStep, Verdict

WORDS: dict[Outcome, tuple[str, Tone]] = {
    "held": ("HELD", "good"),
    "broke": ("BROKE", "warn"),
    "generator_limited": ("AT LEAST", "warn"),
    "inconclusive": ("INCONCLUSIVE", "warn"),
    "failed": ("FAILED", "bad"),
    "interrupted": ("INTERRUPTED", "warn"),
}
_TONES: dict[Verdict, Tone] = {"held": "plain", "broke": "bad", "inconclusive": "warn"}
_GROWTH = (
    "of throughput, as a share of what the added users would bring if each brought as much as those before"
)
_TITLES = ("requests", "errors", "rate", "growth", "p50", "p95", "p99")


def step_line(step: StressStep, *, repeated: bool = False) -> str:
    """A step in one line: ``20 users 340/s p95 3.4ms errors 0% held``."""
    times = f"p95 {figures.latency(step.latency_ms.p95)}"
    measured = f"{figures.rate(step.throughput_rps)} {times} errors {figures.percent(step.error_rate)}"
    why = f": {'; '.join(step.failing)}" if step.failing else ""
    word = f"repeated, {step.verdict}" if repeated else step.verdict
    return f"{step.users:>5} users  {measured}  {word}{why}"


def show(result: StressResult, console: Console) -> None:
    """Print a result."""
    word, tone = WORDS[result.outcome]
    print_headline(word, result.reason, tone, console)
    print_facts(facts(result), console)
    if result.steps:
        print_table(steps_table(result), console)
    print_warnings(notes(result), console)


def notes(result: StressResult) -> list[Fact]:
    """What must be known before trusting the figures, of single steps first."""
    of_steps = [
        Fact(f"{step.users} users", printable(step.note), "warn") for step in result.steps if step.note
    ]
    return [*of_steps, *(Fact(printable(w.code), printable(w.message), "warn") for w in result.warnings)]


def facts(result: StressResult) -> list[Fact]:
    """What was tried, on what, and what came of it."""
    engine = result.engine
    runs = "1 run" if result.runs == 1 else f"{result.runs} runs"
    return [
        Fact("plan", plan_in_words(result.plan)),
        Fact("steps", _steps(result)),
        Fact("each holds", printable(", ".join(result.criteria))),
        Fact(
            "engine",
            figures.UNKNOWN if engine is None else printable(f"{engine.name} {engine.version or ''}"),
        ),
        Fact("took", f"{figures.duration(result.duration_s)}, in {runs}"),
        Fact("reached", figures.count(result.max_users_reached) + " users"),
        Fact("held", figures.count(result.max_users_held) + " users"),
        Fact("break point", _break_point(result)),
        *([Fact("growth", _GROWTH)] if any(step.gain is not None for step in result.steps) else []),
    ]


def _steps(result: StressResult) -> str:
    first, last = result.planned_users[0], result.planned_users[-1]
    settle = f", the first {format_duration(result.settle_s)} of each not judged" if result.settle_s else ""
    each = format_duration(result.step_duration_s)
    return f"{len(result.planned_users)} from {first} to {last} users, {each} each{settle}"


def _break_point(result: StressResult) -> str:
    if result.break_point is not None:
        return f"{figures.count(result.break_point)} users"
    return "none up to there" if result.outcome == "held" else figures.UNKNOWN


def steps_table(result: StressResult) -> Table:
    """A row for each step, and one for that which was repeated."""
    columns = (Column("users"), *map(Column, _TITLES), Column("", is_text=True))
    rows = [_row(step, step.verdict) for step in result.steps]
    if result.repeated is not None:
        rows.append(_row(result.repeated, f"{result.repeated.verdict} again"))
    return Table("Steps", columns, tuple(rows))


def _row(step: StressStep, word: str) -> Row:
    growth = figures.UNKNOWN if step.gain is None else f"{100 * step.gain:.0f}%"
    cells = (
        figures.count(step.users),
        figures.count(step.requests),
        figures.percent(step.error_rate),
        figures.rate(step.throughput_rps),
        growth,
        *(figures.latency(getattr(step.latency_ms, name)) for name in ("p50", "p95", "p99")),
        printable(f"{word}: {'; '.join(step.failing)}" if step.failing else word),
    )
    return Row(cells, _TONES[step.verdict])
