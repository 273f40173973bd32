"""``polyload init``: a settings file and a plan to begin with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="init")
@click.argument("folder", default=".", type=click.Path(file_okay=False))
@click.option(
    "--target",
    default="http://127.0.0.1:8000",
    show_default=True,
    metavar="URL",
    help="What the plan loads.",
)
@click.option("--force", is_flag=True, help="Write over files that are there already.")
def command(folder: str, target: str, force: bool) -> None:
    """Write a settings file and a plan to begin with.

    FOLDER gets config/qa.yaml and plan.yaml, with a comment on everything in them. Nothing is written when one of
    them is there already, unless --force says so.
    """
    from ..errors import UsageError
    from ..reports.text import printable
    from ..reports.write import write_text
    from ..settings.starter import starter_files
    from .planning import checked_url

    files = {Path(folder) / name: text for name, text in starter_files(checked_url(target)).items()}
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise UsageError(
            f"{' and '.join(there)}: there already, and nothing was written",
            hint="--force writes over it; or give another folder",
        )
    for path, text in files.items():
        _make_folder(path.parent)
        write_text(path, text)
        click.echo(f"wrote {printable(str(path))}")
    inside = "" if folder == "." else f"cd {folder} && "
    click.echo(f"now: {printable(inside)}polyload run plan.yaml --profile quick")


def _make_folder(folder: Path) -> None:
    from ..errors import ReportError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"{folder}: cannot be made: {error.strerror or error}") from error
