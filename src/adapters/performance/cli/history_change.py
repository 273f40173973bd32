"""``polyload history delete`` and ``prune``: results that are no longer wanted."""

from __future__ import annotations

from datetime import datetime

import click

from .options import QUIET
from .places import PLACE, opened
from .written import MOMENT


@click.command(name="delete")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@QUIET
@PLACE
def delete_command(runs: tuple[str, ...], quiet: bool, where: str | None) -> None:
    """Remove results.

    What belongs to a result goes with it: its recording, its single requests, and the runs that were made for it.
    """
    with opened(where) as history:
        gone = history.delete(*runs)
    if not quiet:
        click.echo(f"removed {', '.join(gone)}")


@click.command(name="prune")
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="Keep the newest N.")
@click.option(
    "--older-than",
    type=MOMENT,
    metavar="WHEN",
    help="Remove what began before: so long ago (90d), or a date.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@QUIET
@PLACE
def prune_command(
    keep: int | None, older_than: datetime | None, dry_run: bool, quiet: bool, where: str | None
) -> None:
    """Remove old results.

    With --keep and --older-than a result goes that is beyond both.
    """
    with opened(where) as history:
        gone = history.prune(keep=keep, before=older_than, dry=dry_run)
    if not quiet:
        word = "would remove" if dry_run else "removed"
        noun = "result" if len(gone) == 1 else "results"
        click.echo(
            f"{word} {len(gone):,} {noun}" + (f": {', '.join(run.id for run in gone)}" if gone else "")
        )
