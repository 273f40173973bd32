"""A search for capacity on the command line: a line for each probe as it is made, then the table and the verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from ..plan.model import Plan
from ..reports import figures
from ..reports.console import open_console
from ..reports.text import printable
from ..workflows.capacity.find import find_capacity
from ..workflows.capacity.result import CapacityResult, Probe
from ..workflows.capacity.search import Ask
from .documents import run_stoppable

HEADLINES = {
    "found": ("CAPACITY", "bold green"),
    "at_least": ("AT LEAST", "bold yellow"),
    "below": ("BELOW", "bold red"),
    "inconclusive": ("INCONCLUSIVE", "bold yellow"),
}


def search(
    plan: Plan, slo: Sequence[str], settings: Mapping[str, Any], *, quiet: bool = False
) -> CapacityResult:
    """Search for the capacity to the end, or until interrupted, telling of each probe on stderr."""
    with _progress(quiet) as progress:
        return run_stoppable(
            lambda stop: find_capacity(
                plan, slo, stop=stop, on_ask=progress.asked, on_probe=progress.probed, **settings
            ),
            say=progress.say,
        )


class _Progress:
    """A line for each probe; on a terminal also what is being probed right now."""

    def __init__(self, quiet: bool) -> None:
        self._console = None if quiet else open_console(sys.stderr)
        self._status: Status | None = None

    def asked(self, ask: Ask) -> None:
        if self._console is None or not sys.stderr.isatty():
            return
        self.close()
        self._status = self._console.status(f"{_PHASES[ask.phase]} {figures.rate(ask.rate)} …")
        self._status.start()

    def probed(self, probe: Probe) -> None:
        self.say(_line(probe))

    def say(self, text: str) -> None:
        if self._console is not None:
            self._console.print(Text(printable(text), overflow="ellipsis", no_wrap=True))

    def close(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


_PHASES = {"ramp": "trying", "confirm": "confirming", "bisect": "searching", "verify": "verifying"}


@contextmanager
def _progress(quiet: bool) -> Iterator[_Progress]:
    progress = _Progress(quiet)
    try:
        yield progress
    finally:
        progress.close()


def _line(probe: Probe) -> str:
    told = "held" if probe.sustained else f"failed  {probe.criterion}: {probe.reason}"
    return (
        f"{probe.number:>3}  {_PHASES[probe.phase]:<10} {figures.rate(probe.rate):>9}  "
        f"p50 {figures.latency(probe.p50_ms):>7}  p99 {figures.latency(probe.p99_ms):>7}  {told}"
    )


def print_capacity(result: CapacityResult, console: Console) -> None:
    """Print the table of probes, what else was found, and the verdict."""
    word, style = HEADLINES[result.conclusion]
    console.print(_table(result.probes))
    console.print()
    for label, text in facts(result):
        console.print(Text.assemble((f"{label:<11}", "dim"), printable(text)))
    console.print()
    console.print(
        Text.assemble((word, style), "  ", printable(result.sentence.removeprefix("inconclusive: ")))
    )


def _table(probes: Sequence[Probe]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("#", "rate", "achieved", "p50", "p95", "p99", "errors"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("for", justify="right", no_wrap=True)
    table.add_column("outcome", overflow="fold")
    for probe in probes:
        table.add_row(*map(Text, probe_figures(probe)), _outcome(probe))
    return table


def probe_figures(probe: Probe) -> Iterator[str]:
    """A probe as the cells of a row, but for its outcome."""
    yield str(probe.number)
    yield figures.rate(probe.rate)
    yield figures.rate(probe.achieved)
    yield from map(figures.latency, (probe.p50_ms, probe.p95_ms, probe.p99_ms))
    yield figures.percent(probe.error_rate)
    yield figures.duration(probe.duration_s)


def _outcome(probe: Probe) -> Text:
    return Text(outcome_text(probe), style="green" if probe.sustained else "red")


def outcome_text(probe: Probe) -> str:
    """Whether the rate held, and if not, why."""
    if probe.sustained:
        return "held" + (", verified" if probe.phase == "verify" else "")
    back = "" if probe.recovery_s is None else f"; back after {figures.duration(round(probe.recovery_s))}"
    return printable(f"{probe.criterion}: {probe.reason}{back}")


def facts(result: CapacityResult) -> Iterator[tuple[str, str]]:
    """What was asked for and what else was found, labelled."""
    engine = "" if result.engine is None else f", on {result.engine.name}"
    took = figures.duration(round(result.duration_s))
    yield "search", f"{len(result.probes)} probes in {took}{engine}"
    yield "objective", f"{' and '.join(result.slo)} ({_SOURCES[result.slo_source]})"
    if result.knee is not None:
        yield "knee", f"near {figures.rate(result.knee.rate)}, mean {figures.latency(result.knee.mean_ms)}"
    if result.recovery_s is not None:
        yield "recovery", f"within {figures.duration(round(result.recovery_s))} of overload"
    for note in result.notes:
        yield "note", note


_SOURCES = {"given": "as given", "plan": "from the plan", "default": "the default"}
