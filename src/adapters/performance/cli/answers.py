"""Delivering what a workflow answers: shown on standard output, written as JSON where that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from ..reports.console import open_console
from ..reports.write import STDOUT, Destination, check_destinations, write_text
from ..workflows.answer import Answer


def check_json_file(json_file: str | None) -> None:
    """Raises ReportError unless the file can be written."""
    if json_file is not None:
        check_destinations([Destination("json", json_file)])


def deliver_answer(
    answer: Answer, show: Callable[[Console], None], *, json_file: str | None, quiet: bool
) -> None:
    """Show an answer and write its JSON; what is shown makes way to stderr when JSON goes to standard output."""
    if not quiet:
        show(open_console(sys.stderr if json_file == STDOUT else sys.stdout))
    if json_file == STDOUT:
        sys.stdout.write(answer.to_json() + "\n")
    elif json_file is not None:
        write_text(Path(json_file), answer.to_json() + "\n")
        if not quiet:
            print(f"\njson written to {json_file}", file=sys.stderr)
