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

    FOLDER gets config/qa.yaml and plan.yaml, with a comment on everything in them, and the schema of plans for editors.
    Nothing is written when one of the first two is there already, unless --force says so. 'polyload new' asks for what
    a plan is to do, and writes that alone.
    """
    from ..reports.text import printable
    from ..settings.starter import starter_files
    from .planning import checked_url
    from .starting import SCHEMA, check_new, schema_text, write_files

    files = {Path(folder) / name: text for name, text in starter_files(checked_url(target)).items()}
    check_new(files, force=force)
    write_files({**files, Path(folder) / SCHEMA: schema_text()})
    inside = "" if folder == "." else f"cd {folder} && "
    click.echo(f"now: {printable(inside)}polyload run plan.yaml --profile quick")
