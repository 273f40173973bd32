"""Delivering a result: the table on standard output, the reports where they were asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..metrics.result import RunResult
from ..reports.console import open_console, print_result
from ..reports.write import Destination, write_reports
from .exits import say_error
from .keeping import kept


def deliver(result: RunResult, destinations: Sequence[Destination], *, quiet: bool = False) -> int:
    """Show a result, write its reports, keep it in the history, and return the exit code.

    The table makes way to stderr when a report goes to standard output. A report that cannot be written turns a
    success into that error's exit code.
    """
    takes_stdout = any(destination.to_stdout for destination in destinations)
    problems = write_reports(result, destinations)
    if not quiet:
        console = open_console(sys.stderr if takes_stdout else sys.stdout)
        print_result(result, console)
        _print_places(destinations, problems=len(problems))
        _print_samples(result)
    for problem in problems:
        say_error(problem.message, problem.hint)
    code = result.exit_code or (problems[0].exit_code if problems else 0)
    return kept(result, code, quiet=quiet)


def _print_samples(result: RunResult) -> None:
    if samples := result.resources.get("samples"):
        print(f"{samples['rows']:,} raw samples written to {samples['file']}", file=sys.stderr)


def _print_places(destinations: Sequence[Destination], *, problems: int) -> None:
    files = [destination for destination in destinations if not destination.to_stdout]
    if files and not problems:
        print(file=sys.stderr)
        for destination in files:
            print(f"{destination.format} written to {destination.path}", file=sys.stderr)
