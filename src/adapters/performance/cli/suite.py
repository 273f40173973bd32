"""``polyload suite``: several tests in sequence or in parallel, with one verdict."""

from __future__ import annotations

import sys
from typing import Any

import click

from .options import NO_PROGRESS, OUTPUT


@click.command(name="suite")
@click.argument("file", metavar="SUITE")
@click.option("--mode", type=click.Choice(["sequence", "parallel"]), help="In place of what the file says.")
@click.option("--tool", default="auto", show_default=True, metavar="ENGINE", help="For tests that name none.")
@OUTPUT
@NO_PROGRESS
def command(file: str, mode: str | None, tool: str, no_progress: bool, **given: Any) -> int:
    """Run several tests with one verdict on all.

    SUITE is a file of 'tests' by name, each a plan's path or a mapping with 'plan' and 'tool', and a 'mode'. The exit
    code is that of the worst test: from the worst 130 interrupted, 1 a run failed, 3 engine missing or feature
    refused, 2 usage or plan error, 99 a threshold failed, 0 all passed.
    """
    from ..workflows.suite import run_suite
    from ..workflows.suite_file import read_suite
    from .documents import deliver, output_of, run_stoppable
    from .kinds import KINDS
    from .suiting import listener

    output = output_of(given, KINDS["polyload.suite/1"], file)
    read = read_suite(file, tool=tool)
    told = listener(sys.stderr, read.entries, quiet=output.quiet, progress=not no_progress)
    result = run_stoppable(lambda stop: run_suite(read.entries, mode or read.mode, stop=stop, listener=told))
    return deliver(result, output)
