"""What commands share: running until stopped, and delivering the one result of it all, shown, written and announced."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO, TypeVar

import click
from rich.console import Console

from ..reports.console import open_console
from ..reports.overview import Against
from ..reports.write import Destination, check_destinations, parse_destination, write_reports
from . import pipelines
from .exits import say_error
from .interrupt import interrupts
from .kinds import Kind, kind_of

T = TypeVar("T")


def _say(text: str) -> None:
    click.echo(text, err=True)


def run_stoppable(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, T]], say: Callable[[str], None] = _say
) -> T:
    """Run to the end: the first Ctrl-C sets the event that the work is given, the second ends it at once."""

    async def main() -> T:
        stop = asyncio.Event()
        task = asyncio.ensure_future(work(stop))

        def stopping() -> None:
            say("stopping; interrupt again to end at once")
            stop.set()

        def ending() -> None:
            task.cancel()

        with interrupts(stopping, ending):
            try:
                return await task
            except asyncio.CancelledError:
                raise click.Abort from None

    return asyncio.run(main())


@dataclass(frozen=True, slots=True)
class Output:
    """Where the result of a command goes: all of it checked before anything runs."""

    destinations: tuple[Destination, ...] = ()
    quiet: bool = False
    pipeline: pipelines.Name = "none"

    @property
    def takes_stdout(self) -> bool:
        """Whether a report goes to standard output, so that the table makes way to stderr."""
        return any(destination.to_stdout for destination in self.destinations)


def output_of(given: Mapping[str, Any], kind: Kind, *inputs: str) -> Output:
    """What `options.OUTPUT` asks for of a kind of result that is made from ``inputs``.

    ReportError for what cannot be written, UsageError for formats that the kind has not and for files that are read.
    """
    destinations = [parse_destination(text, kind.formats, kind.noun) for text in given["reports"]]
    if given.get("json_file") is not None:
        destinations.insert(0, Destination("json", given["json_file"]))
    check_destinations(destinations, inputs)
    return Output(
        tuple(destinations), given.get("quiet", False), given["ci"] or pipelines.detected(os.environ)
    )


def deliver(
    result: Any,
    output: Output,
    *,
    show: Callable[[Console], None] | None = None,
    against: Against | None = None,
) -> int:
    """Show a result, write its reports, tell the pipeline, and return the exit code.

    ``show`` is for results that are shown with more than they hold; ``against`` is what a run was held against. A
    report that cannot be written turns a success into that error's exit code.
    """
    kind = kind_of(result)
    problems = write_reports(result, output.destinations, partial(kind.renderer, against=against))
    if not output.quiet:
        stream = sys.stderr if output.takes_stdout else sys.stdout
        print_result(result, show or partial(kind.view.show, result), output.pipeline, stream)
        if not problems:
            print_places(output.destinations)
    for problem in problems:
        say_error(problem.message, problem.hint)
    if output.pipeline == "github":
        announce(result, against, warn=not output.quiet)
    code: int = result.exit_code
    return code or (problems[0].exit_code if problems else 0)


def print_result(
    result: Any,
    show: Callable[[Console], None],
    pipeline: pipelines.Name | None = None,
    stream: TextIO | None = None,
) -> None:
    """Show a result on a stream, standard output by default, as a pipeline wants it: the one detected by default."""
    headline, stream = kind_of(result).view.overview(result).headline, stream or sys.stdout
    name = pipeline or pipelines.detected(os.environ)
    title = f"polyload: {headline.word}: {headline.sentence}"
    with pipelines.section(name, title, stream, collapsed=getattr(result, "exit_code", 0) == 0):
        show(open_console(stream))


def announce(result: Any, against: Against | None = None, *, warn: bool = True) -> None:
    """Tell GitHub Actions of a result; errors only, unless ``warn``."""
    kind = kind_of(result)
    pipelines.announce(
        os.environ,
        kind.view.overview(result),
        kind.view.suites(result),
        lambda: kind.renderer("markdown", against)(result),
        sys.stderr,
        warn=warn,
    )


def print_places(destinations: Sequence[Destination]) -> None:
    """Say where reports are."""
    files = [destination for destination in destinations if not destination.to_stdout]
    if files:
        print(file=sys.stderr)
    for destination in files:
        print(f"{destination.format} written to {destination.path}", file=sys.stderr)
