"""``polyload history export`` and ``import``: results as JSON lines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .options import QUIET
from .places import PLACE, opened

_STDIO = "-"


@click.command(name="export")
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--requests", is_flag=True, help="With their single requests.")
@click.option("-o", "--output", "file", default=_STDIO, metavar="FILE", help="[default: standard output]")
@PLACE
def export_command(runs: tuple[str, ...], requests: bool, file: str, where: str | None) -> None:
    """Write results as JSON lines.

    All of them, oldest first, or those named. 'polyload history import' takes them in again.
    """
    from ..reports.write import Destination, check_destinations, replacing

    if file != _STDIO:
        check_destinations([Destination("json", file)])
    with opened(where) as history:
        lines = history.export(*runs, requests=requests)
        if file == _STDIO:
            for line in lines:
                click.echo(line)
            return
        with replacing(Path(file)) as output:
            for line in lines:
                output.write(f"{line}\n".encode())


@click.command(name="import")
@click.argument("file", metavar="FILE")
@QUIET
@PLACE
def import_command(file: str, quiet: bool, where: str | None) -> None:
    """Take in results that were exported.

    FILE is one that 'polyload history export' wrote, or - for standard input. They keep their ids; those that are there
    already stay as they are.
    """
    from ..errors import UsageError

    try:
        with opened(where) as history:
            if file == _STDIO:
                new, there = history.take_in(sys.stdin)
            else:
                with Path(file).open(encoding="utf-8") as lines:
                    new, there = history.take_in(lines)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}", hint="check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 text") from error
    if not quiet:
        already = f", {len(there):,} were there already" if there else ""
        click.echo(f"took in {len(new):,}{already}")
