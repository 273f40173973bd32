"""``polyload report``: reports of results that were stored as JSON, at any time and of any kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import click

from .options import BASELINE, REPORT

if TYPE_CHECKING:
    from rich.console import Console

    from ..metrics.document import Document
    from ..metrics.result import RunResult
    from ..reports.overview import Against
    from ..reports.write import Destination
    from .pipelines import Name

_TOGETHER = ("markdown", "junit")
"""Formats that hold several results."""


@click.command(name="report")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@REPORT
@BASELINE
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    help="github: also annotations and job summary.  [default: as detected, without these]",
)
def command(
    files: tuple[str, ...], reports: tuple[str, ...], baselines: tuple[str, ...], ci: Name | None
) -> int:
    """Write reports of stored results.

    FILE is what '--json FILE' of any command wrote, such as run, stress or bench. Without --report it is shown.
    Several files go together into one report of junit or markdown. The exit code says whether the reports were written,
    not what is in them.
    """
    from .kinds import read_document

    documents = [read_document(file) for file in files]
    destinations = _destinations(documents, reports, (*files, *baselines))
    against = [_against(document, baselines) for document in documents]
    if not destinations:
        _show(files, documents, against, ci)
    elif ci == "gitlab":
        raise click.UsageError("--ci gitlab is about what is shown, and with --report nothing is")
    code = _write(documents, against, destinations)
    if ci == "github":
        _announce(documents, against)
    return code


def _destinations(
    documents: Sequence[Document], reports: Sequence[str], inputs: Sequence[str]
) -> list[Destination]:
    """Where the reports go, in formats that each of the results has."""
    from ..errors import UsageError
    from ..reports.write import check_destinations, parse_destination
    from .kinds import kind_of

    kinds = [kind_of(document) for document in documents]
    destinations, *_ = (
        [parse_destination(text, kind.formats, kind.noun) for text in reports] for kind in kinds
    )
    for destination in destinations if len(documents) > 1 else ():
        if destination.format not in _TOGETHER:
            raise UsageError(
                f"a report as {destination.format} is of one result, and {len(documents)} files are given",
                hint=f"give one file, or one of {', '.join(_TOGETHER)}",
            )
    check_destinations(destinations, inputs)
    return destinations


def _against(document: Document, baselines: Sequence[str]) -> Against | None:
    from ..errors import UsageError
    from ..metrics.result import RunResult
    from .comparing import read_result
    from .views.comparison import against_baseline

    if not baselines:
        return None
    if not isinstance(document, RunResult):
        raise UsageError(
            "--baseline is for results of runs", hint="'polyload compare' holds results against others"
        )
    earlier: list[RunResult] = [read_result(file) for file in baselines]
    return against_baseline(document, earlier)


def _show(
    files: Sequence[str], documents: Sequence[Document], against: Sequence[Against | None], ci: Name | None
) -> None:
    from .documents import print_result

    for file, document, held in zip(files, documents, against, strict=True):
        title = file if len(files) > 1 else None
        print_result(document, partial(_print, title, document, held), ci)


def _print(title: str | None, document: Document, held: Against | None, console: Console) -> None:
    from ..reports.text import printable
    from .deliver import print_against
    from .kinds import kind_of

    if title is not None:
        console.rule(printable(title), align="left", characters="─")
    kind_of(document).view.show(document, console)
    if held is not None:
        print_against(held, console)


def _write(
    documents: Sequence[Document], against: Sequence[Against | None], destinations: Sequence[Destination]
) -> int:
    from ..reports.write import write_reports
    from .documents import print_places
    from .exits import say_error

    problems = write_reports(documents, destinations, lambda name: _together(name, against))
    for problem in problems:
        say_error(problem.message, problem.hint)
    if not problems:
        print_places(destinations)
    return problems[0].exit_code if problems else 0


def _together(name: str, against: Sequence[Against | None]) -> Callable[[Sequence[Document]], str]:
    """The function that makes one text of all results."""
    from ..reports.junit import render_suites
    from .kinds import kind_of

    def render(documents: Sequence[Document]) -> str:
        if name == "junit":
            found = [kind_of(document).view.suites(document) for document in documents]
            return render_suites(list(chain.from_iterable(found)))
        texts = [
            kind_of(document).renderer(name, held)(document)
            for document, held in zip(documents, against, strict=True)
        ]
        return "\n".join(texts)

    return render


def _announce(documents: Sequence[Document], against: Sequence[Against | None]) -> None:
    from .documents import announce

    for document, held in zip(documents, against, strict=True):
        announce(document, held)
