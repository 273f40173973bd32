"""What commands that make several runs share: running until stopped, and delivering the one result of it all."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from rich.console import Console

from ..errors import ReportError
from ..metrics.document import Document
from ..reports.console import open_console
from ..reports.write import Destination, check_destinations, write_text
from .exits import say_error
from .interrupt import interrupts
from .keeping import kept

T = TypeVar("T")


class Deliverable(Protocol):
    """A result that knows its JSON and the exit code it stands for."""

    @property
    def exit_code(self) -> int: ...

    def to_json(self) -> str: ...


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


def json_destination(file: str | None, *inputs: str) -> Destination | None:
    """Where the JSON goes, if it is asked for; ReportError unless it can be written, UsageError over an input."""
    if file is None:
        return None
    destination = Destination("json", file)
    check_destinations([destination], inputs)
    return destination


def deliver(
    result: Deliverable, show: Callable[[Console], None], destination: Destination | None, *, quiet: bool
) -> int:
    """Show a result, write its JSON, keep it in the history, and return the exit code.

    The table makes way to stderr for JSON on stdout.
    """
    code = _delivered(result, show, destination, quiet=quiet)
    return kept(result, code, quiet=quiet) if isinstance(result, Document) else code


def _delivered(
    result: Deliverable, show: Callable[[Console], None], destination: Destination | None, *, quiet: bool
) -> int:
    to_stdout = destination is not None and destination.to_stdout
    if not quiet:
        show(open_console(sys.stderr if to_stdout else sys.stdout))
    if destination is None:
        return result.exit_code
    try:
        if to_stdout:
            print(result.to_json())
        else:
            write_text(Path(destination.path), result.to_json() + "\n")
    except ReportError as error:
        say_error(error.message, error.hint)
        return result.exit_code or error.exit_code
    return result.exit_code
