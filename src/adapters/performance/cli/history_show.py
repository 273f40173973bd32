"""``polyload history show``: a stored result as it was shown when it was made."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from .options import QUIET
from .places import PLACE, opened

if TYPE_CHECKING:
    from rich.console import Console

    from ..history.history import History
    from ..history.runs import StoredRun

_ROWS = 1000


@click.command(name="show")
@click.argument("run", default="latest")
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=FILE", help="Write a report of a run; repeatable."
)
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
    from ..errors import UsageError
    from ..reports.write import Destination, check_destinations, parse_destination
    from .exits import say_error

    destinations = [parse_destination(text) for text in reports]
    with opened(where) as history:
        found = history.run(run)
        if destinations and found.kind != "run":
            raise UsageError(
                f"{found.id} is a {found.kind}, and reports are made of runs", hint="--json writes any result"
            )
        if json_file is not None:
            destinations.insert(0, Destination("json", json_file))
        check_destinations(destinations)
        problems = _write(history, found, destinations)
        to_stdout = any(destination.to_stdout for destination in destinations)
        if not quiet:
            _show(history, found, requests=requests, stream=sys.stderr if to_stdout else sys.stdout)
    for problem in problems:
        say_error(problem.message, problem.hint)
    return problems[0].exit_code if problems else 0


def _write(history: History, found: StoredRun, destinations: list[Any]) -> list[Any]:
    from pathlib import Path

    from ..reports.write import write_reports, write_text

    if found.kind == "run":
        return write_reports(history.load(found.id), destinations) if destinations else []
    import json

    for destination in destinations:
        text = json.dumps(history.json(found.id), indent=2, ensure_ascii=False) + "\n"
        if destination.to_stdout:
            sys.stdout.write(text)
        else:
            write_text(Path(destination.path), text)
    return []


def _show(history: History, found: StoredRun, *, requests: bool, stream: Any) -> None:
    from ..reports.console import open_console, print_facts

    console = open_console(stream)
    if found.schema is not None:
        _print_document(history, found, console)
    print_facts(_facts(found), console)
    if requests:
        _print_requests(history, found, console)


def _print_document(history: History, found: StoredRun, console: Console) -> None:
    """The result by what prints its kind; as JSON where nothing does."""
    import json

    if found.kind == "run":
        from ..reports.console import print_result

        print_result(history.load(found.id), console)
    elif found.kind == "stress":
        from ..workflows.stress.result import StressResult
        from .show_stress import show

        show(history.document(found.id, StressResult), console)
    elif found.kind == "capacity":
        from ..workflows.capacity.result import CapacityResult
        from .searching import print_capacity

        print_capacity(history.document(found.id, CapacityResult), console)
    elif found.kind == "comparison":
        from ..workflows.comparison.result import ComparisonResult
        from .comparing import print_comparison

        print_comparison(history.document(found.id, ComparisonResult), console)
    elif found.kind == "suite":
        from ..workflows.suite import SuiteResult
        from .suiting import print_suite

        print_suite(history.document(found.id, SuiteResult), console)
    elif found.kind == "http-benchmark":
        from ..workflows.http_benchmark.result import HttpBenchmarkResult
        from .show_bench import show as show_benchmark

        show_benchmark(history.document(found.id, HttpBenchmarkResult), console)
    elif found.kind == "benchmark":
        from ..microbench.result import BenchmarkResult
        from ..reports.benchmark import print_benchmarks

        print_benchmarks([history.document(found.id, BenchmarkResult)], console)
    else:
        console.print(json.dumps(history.json(found.id), indent=2, ensure_ascii=False))


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
