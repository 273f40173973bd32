"""A comparison on the command line: a line for each run, a table of the figures, one sentence."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..errors import UsageError
from ..metrics.result import RunResult
from ..metrics.window import Window
from ..reports import figures
from ..reports.text import printable
from ..reports.words import plural
from ..workflows.comparison.result import (
    ComparisonResult,
    GateResult,
    MetricComparison,
    PairComparison,
    Shift,
)
from ..workflows.comparison.run import RunDone, Turn
from ..workflows.comparison.words import amount
from ..workflows.entry import Entry
from .kinds import read_document
from .meter import Meter
from .progress import Display, Screen

_LONGEST_HEAD = 16
_STYLES = {
    "better": "green",
    "worse": "red",
    "mixed": "yellow",
    "not comparable": "red",
    "inconclusive": "yellow",
}


class Progress:
    """A line for each run that is done; on a terminal also how the one under way goes on."""

    def __init__(self, stream: TextIO, entries: Mapping[str, Entry]) -> None:
        self._stream = stream
        self._plans = {name: entry.plan for name, entry in entries.items()}
        self._width = max(map(len, entries), default=0)
        self._under_way: tuple[Turn, Meter, Display] | None = None

    def window(self, turn: Turn, window: Window) -> None:
        """Takes a second of a run."""
        if not self._stream.isatty():
            return
        if self._under_way is None or self._under_way[0] != turn:
            self.close()
            title = f"{self._place(turn)}  {turn.configuration}"
            self._under_way = turn, Meter(self._plans[turn.configuration]), Screen(self._stream, title)
        _, meter, display = self._under_way
        meter.add(window)
        display.show(meter)

    def done(self, run: RunDone) -> None:
        """Takes a run that is done."""
        self.close()
        summary = run.result.summary
        told = (
            f"{figures.count(summary.requests)} requests",
            figures.rate(summary.throughput_rps),
            f"{figures.count(summary.failures)} failures",
            f"p50 {figures.latency(summary.latency_ms.p50)}",
            f"p95 {figures.latency(summary.latency_ms.p95)}",
        )
        line = f"{self._place(run)}  {run.configuration:<{self._width}}  {'  '.join(told)}"
        print(printable(line), file=self._stream, flush=True)

    def close(self) -> None:
        """Nothing more of the run under way will be shown."""
        if self._under_way is not None:
            self._under_way[2].close()
            self._under_way = None

    @staticmethod
    def _place(turn: Turn) -> str:
        return f"run {turn.number:>{len(str(turn.total))}} of {turn.total}"


def sides_of(groups: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """The files of each side, by letters; a single group of two files is one of each, by their names."""
    sides = [list(group) for group in groups]
    if len(sides) == 1:
        if len(sides[0]) != 2:
            raise UsageError(
                f"--runs with {len(sides[0])} files does not say which are repeats of each other",
                hint="give one --runs for each side: --runs a1.json a2.json --runs b1.json b2.json",
            )
        one, other = (Path(file).stem for file in sides[0])
        if one != other:
            return {one: sides[0][:1], other: sides[0][1:]}
        sides = [[file] for file in sides[0]]
    if len(sides) > len(string.ascii_lowercase):
        raise UsageError(f"{len(sides)} sides are more than can be compared at once")
    return dict(zip(string.ascii_lowercase, sides, strict=False))


def read_result(file: str) -> RunResult:
    """The result in a file; UsageError when there is none in it."""
    document = read_document(file)
    if not isinstance(document, RunResult):
        raise UsageError(
            f"{file}: is no result of a run, but {document['schema']}",
            hint="'polyload run PLAN --json FILE' writes one",
        )
    return document


def print_comparison(result: ComparisonResult, console: Console) -> None:
    """Print a comparison: each pair, then the gates."""
    for pair in result.pairs:
        _print_pair(pair, result, console)
    for gate in result.gates:
        _print_gate(gate, console)
    if result.gates:
        console.print()
    if not result.pairs:
        console.print(_line("NO VERDICT", "red", result.reason or "nothing was compared"))
    else:
        for pair in result.pairs:
            console.print(_line(pair.verdict.upper(), _STYLES.get(pair.verdict, ""), pair.sentence))


def _print_pair(pair: PairComparison, result: ComparisonResult, console: Console) -> None:
    console.print(Text(printable(f"{pair.b} against {pair.a}"), style="bold"))
    heads = _heads(pair)
    for head, name in zip(heads, (pair.a, pair.b), strict=True):
        known_as = "" if head == printable(name) else f"{head}  "
        console.print(
            Text(f"{known_as}{printable(name)}: {plural(len(result.runs[name]), 'run')}", style="dim")
        )
    for label, lines in (("differs", pair.differs), ("not comparable", pair.reasons), ("note", pair.notes)):
        for line in lines:
            console.print(
                Text(printable(f"{label}: {line}"), style="dim" if label == "differs" else "yellow")
            )
    console.print()
    if not pair.metrics:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("metric", no_wrap=True)
    for title in (*heads, "change", "interval"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("verdict")
    for metric in pair.metrics:
        table.add_row(*_cells(metric))
    console.print(table)
    for line in [*remarks(pair), legend(result, pair)]:
        console.print(Text(f"  {printable(line)}", style="dim"))
    console.print()


def _heads(pair: PairComparison) -> tuple[str, str]:
    """What the columns are called: the names, or letters where these are long."""
    names = printable(pair.a), printable(pair.b)
    return names if max(map(len, names)) <= _LONGEST_HEAD else ("a", "b")


def _cells(metric: MetricComparison) -> tuple[Text, ...]:
    *told, verdict = metric_cells(metric)
    style = "dim" if metric.verdict is None else _STYLES.get(metric.verdict, "")
    return (*map(Text, told), Text(verdict, style=style))


def metric_cells(metric: MetricComparison) -> tuple[str, ...]:
    """A figure as the cells of a row: its name, both values, the change, its interval, the verdict."""
    verdict: str = metric.verdict or ("no verdict" if metric.shift is not None else "not judged")
    if metric.verdict == "inconclusive" and metric.visible_effect is not None and metric.shift is not None:
        verdict += f", could have seen {amount(metric.visible_effect, metric.shift.by)}"
    values = _value(metric.a, metric.unit), _value(metric.b, metric.unit)
    return (printable(metric.metric), *values, *shift_cells(metric.shift), verdict)


def remarks(pair: PairComparison) -> list[str]:
    """Why figures have no verdict, each reason once."""
    why: dict[str, list[str]] = {}
    for metric in pair.metrics:
        if metric.verdict is None and metric.reason:
            why.setdefault(metric.reason, []).append(metric.metric)
    return [f"{', '.join(names)}: {reason}" for reason, names in why.items()]


def shift_cells(shift: Shift | None) -> tuple[str, str]:
    """A change and its interval."""
    if shift is None:
        return figures.UNKNOWN, figures.UNKNOWN
    interval = f"{amount(shift.low, shift.by)} to {amount(shift.high, shift.by)}"
    return amount(shift.estimate, shift.by), interval


def _value(value: float | None, unit: str) -> str:
    if unit == "ms":
        return figures.latency(value)
    return figures.rate(value) if unit == "/s" else figures.percent(value)


def legend(result: ComparisonResult, pair: PairComparison) -> str:
    """What the intervals and the verdicts of a pair mean."""
    if pair.basis != "runs":
        return f"intervals at {_reached(pair)} where the data allow one"
    same = f"equivalent: within {100 * result.margin:g}%, error rates within {100 * result.error_margin:g}pp"
    return f"medians over runs; intervals at {_reached(pair)}; {same}"


def _reached(pair: PairComparison) -> str:
    reached = [metric.shift.confidence for metric in pair.metrics if metric.shift is not None]
    return f"{100 * min(reached):.3g}% confidence" if reached else "no confidence"


def _print_gate(gate: GateResult, console: Console) -> None:
    word, style = {True: ("held", "green"), False: ("FAILED", "red"), None: ("open", "yellow")}[gate.passed]
    why = f": {gate.reason}" if gate.reason else ""
    change = "" if gate.shift is None else f"  {', '.join(shift_cells(gate.shift))}"
    text = Text.assemble(
        ("gate ", "dim"), f"{gate.gate}  {gate.configuration}  ", (word, style), f"{change}{why}"
    )
    console.print(text)


def _line(word: str, style: str, sentence: str) -> Text:
    return Text.assemble((word, f"bold {style}".strip()), "  ", printable(sentence))
