"""Files that a user begins with: written together, nothing of the user's own is overwritten unasked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import ReportError, UsageError
from ..reports.text import printable
from ..reports.write import write_text

if TYPE_CHECKING:
    from ..importers.draft import Draft

SCHEMA = Path(".polyload") / "plan.schema.json"
"""Where, beside a plan, editors find the schema of plans."""


def check_new(paths: Iterable[Path], *, force: bool) -> None:
    """UsageError when one of the files is there already and is not to be overwritten."""
    there = [str(path) for path in paths if path.exists()]
    if there and not force:
        raise UsageError(
            f"{' and '.join(there)}: there already, and nothing was written",
            hint="--force writes over it; or give another place",
        )


def write_files(files: Mapping[Path, str]) -> None:
    """Write files into folders that are made where they are missing, and say so."""
    for path, text in files.items():
        _make_folder(path.parent)
        write_text(path, text)
        click.echo(f"wrote {printable(str(path))}", err=True)


def write_plan(path: Path, draft: Draft) -> None:
    """Write a plan, found valid first, with its schema beside it for editors."""
    from ..importers.write import write
    from .drafting import plan_of

    plan_of(draft)
    heading = "`polyload validate --dry-run` sends it once, `polyload run` runs it."
    text = write(draft, heading=heading, schema=SCHEMA.as_posix())
    write_files({path: text, path.parent / SCHEMA: schema_text()})


def schema_text() -> str:
    """The JSON Schema of plans."""
    from .schema import plan_schema

    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"{folder}: cannot be made: {error.strerror or error}") from error
