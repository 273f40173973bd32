"""``polyload history show``: a stored result as it was shown when it was made."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..errors import ReportError, UsageError
from .options import QUIET
from .places import PLACE, opened

if TYPE_CHECKING:
    from rich.console import Console

    from ..history.history import History
    from ..history.runs import StoredRun
    from ..metrics.document import Document
    from ..reports.write import Destination

_ROWS = 1000


@click.command(name="show")
@click.argument("run", default="latest")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="Write a report; repeatable.")
@click.option("--json", "json_file", metavar="FILE", help="Write the result as JSON; - is standard output.")
@click.option("--requests", is_flag=True, help=f"Also its single requests, the first {_ROWS:,}, where kept.")
@QUIET
@PLACE
def show_command(
    run: str,
    reports: tuple[str, ...],
    json_file: str | None,
    requests: bool,
    quiet: bool,
    where: str | None,
) -> int:
    """Show a result again, and write its reports.

    RUN is an id, the beginning of one, or 'latest', which is the default.
    """
    from .documents import print_places
    from .exits import say_error

    with opened(where) as history:
        found = history.run(run)
        document = None if found.schema is None else _document(history, found)
        destinations = _destinations(found, document, reports, json_file)
        problems = _write(document, destinations)
        to_stdout = any(destination.to_stdout for destination in destinations)
        if not quiet:
            stream = sys.stderr if to_stdout else sys.stdout
            _show(history, found, document, requests=requests, stream=stream)
    for problem in problems:
        say_error(problem.message, problem.hint)
    if not quiet and not problems:
        print_places(destinations)
    return problems[0].exit_code if problems else 0


def _document(history: History, found: StoredRun) -> Document:
    from ..workflows.kinds import KINDS, document_class, kind_name

    if found.kind == "run":
        return history.load(found.id)
    name = kind_name(found.schema or "")
    if name not in KINDS:
        raise UsageError(
            f"{found.id} is of schema {found.schema!r}, which this version of polyload does not know",
            hint="'polyload history export' writes it as it is",
        )
    return history.document(found.id, document_class(name))


def _destinations(
    found: StoredRun, document: Document | None, reports: Sequence[str], json_file: str | None
) -> list[Destination]:
    from ..reports.write import Destination, check_destinations, parse_destination
    from .kinds import kind_of

    if document is None:
        if reports or json_file:
            raise UsageError(
                f"of {found.id} there are only single requests, and no result that a report is made of"
            )
        return []
    kind = kind_of(document)
    destinations = [parse_destination(text, kind.formats, kind.noun) for text in reports]
    if json_file is not None:
        destinations.insert(0, Destination("json", json_file))
    check_destinations(destinations)
    return destinations


def _write(document: Document | None, destinations: Sequence[Destination]) -> list[ReportError]:
    from ..reports.write import write_reports
    from .kinds import kind_of

    return [] if document is None else write_reports(document, destinations, kind_of(document).renderer)


def _show(
    history: History, found: StoredRun, document: Document | None, *, requests: bool, stream: Any
) -> None:
    from ..reports.console import open_console, print_facts
    from .kinds import kind_of

    console = open_console(stream)
    if document is not None:
        kind_of(document).view.show(document, console)
    print_facts(_facts(found), console)
    if requests:
        _print_requests(history, found, console)


def _facts(found: StoredRun) -> list[Any]:
    """What the history knows beside the result."""
    from ..reports.facts import Fact
    from ..reports.text import printable

    commit = None
    if found.git_commit is not None:
        commit = found.git_commit[:12] + (", with changes that are in no commit" if found.git_dirty else "")
    rows = None
    if found.rows_stored is not None:
        rows = f"{found.rows_stored:,} of {found.rows_expected:,} kept one by one"
    told = {
        "kept as": found.id,
        "began": f"{found.started_at.astimezone():%Y-%m-%d %H:%M:%S %z}",
        "label": found.label,
        "tags": ", ".join(found.tags),
        "part of": found.part_of,
        "commit": commit,
        "machine": f"{found.environment['machine']}, {found.hardware}" if found.environment else None,
        "requests": rows,
        **{name: str(value) for name, value in found.metadata.items()},
    }
    return [Fact(printable(name), printable(text)) for name, text in told.items() if text]


def _print_requests(history: History, found: StoredRun, console: Console) -> None:
    from datetime import UTC, datetime
    from itertools import islice

    from rich.table import Table

    from ..reports import figures
    from ..reports.text import printable

    if found.rows_stored is None:
        console.print("\nsingle requests were not kept: 'polyload run --store-requests' keeps them")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("#", "ended", "method", "URL", "status", "took", "failure"):
        table.add_column(title, no_wrap=title != "URL", overflow="fold")
    for request in islice(history.records(found.id), _ROWS):
        ended = None
        if request.ended_ns is not None:
            ended = (
                datetime.fromtimestamp(request.ended_ns / 1e9, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
            )
        table.add_row(
            str(request.number + 1),
            ended or figures.UNKNOWN,
            request.method or figures.UNKNOWN,
            printable(request.url or request.name),
            figures.UNKNOWN if request.status is None else str(request.status),
            figures.latency(request.latency_ms),
            printable(request.error or ""),
        )
    console.print()
    console.print(table)
    if found.rows_stored > _ROWS:
        console.print(f"and {found.rows_stored - _ROWS:,} more")
