"""Delivering the result of a run: with what it was held against, and where its raw samples are."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from ..errors import UsageError
from ..metrics.result import RunResult
from ..reports.console import print_headline, print_table
from ..reports.overview import Against
from . import documents
from .documents import Output


def read_baseline(files: Sequence[str], output: Output) -> list[RunResult]:
    """The results to hold a run against; UsageError for what is none, and if nothing would show the comparison."""
    if not files:
        return []
    from .comparing import read_result

    shown = not output.quiet or output.pipeline == "github"
    if not shown and not any(place.format == "markdown" for place in output.destinations):
        raise UsageError(
            "--baseline with --quiet would be shown nowhere",
            hint="add --report markdown=FILE, which tells of it",
        )
    return [read_result(file) for file in files]


def deliver(result: RunResult, output: Output, baseline: Sequence[RunResult] = ()) -> int:
    """Show a result, write its reports, and return the exit code, on which the baseline has no bearing."""
    from .views.run import show

    against = _held_against(result, baseline) if baseline else None

    def show_both(console: Console) -> None:
        show(result, console)
        if against is not None:
            print_against(against, console)

    code = documents.deliver(result, output, show=show_both, against=against)
    if not output.quiet and (samples := result.resources.get("samples")):
        print(f"{samples['rows']:,} raw samples written to {samples['file']}", file=sys.stderr)
    return code


def _held_against(result: RunResult, baseline: Sequence[RunResult]) -> Against:
    from .views.comparison import against_baseline

    return against_baseline(result, baseline)


def print_against(against: Against, console: Console) -> None:
    """Print what a run was held against: the verdict, the figures, and what must be known of them."""
    console.print()
    print_headline(against.title, "", "plain", console)
    print_headline(against.word.upper(), against.sentence, against.tone, console)
    if against.table.rows:
        print_table(against.table, console)
    for note in against.notes:
        console.print(f"  {note}", style="dim")
