"""``polyload import``: a plan from what people already have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import LOAD, LOAD_NAMES, group, named
from .written import DURATION

if TYPE_CHECKING:
    from ..importers.draft import Draft

_SCHEMA = ".polyload/plan.schema.json"

WISHES = group(
    click.option(
        "--include",
        multiple=True,
        metavar="REGEX",
        help="Only requests whose URL it is found in; of an API, whose method and path or id; repeatable.",
    ),
    click.option("--exclude", multiple=True, metavar="REGEX", help="No request of such a URL; repeatable."),
    click.option("--target", metavar="URL", help="What requests go to in place of the host in the file."),
    click.option(
        "--keep-static", is_flag=True, help="Of a recording or a log: images, fonts, styles and scripts too."
    ),
    click.option("--keep-hosts", is_flag=True, help="Of a recording: requests to other hosts too."),
    click.option(
        "--max-pause",
        "max_pause_s",
        type=DURATION,
        metavar="TIME",
        help="Of a recording: the longest pause taken over; 0 for none.  [default: 10s]",
    ),
    click.option(
        "--tag", multiple=True, metavar="TAG", help="Of an API: operations with this tag; repeatable."
    ),
    click.option("--optional", is_flag=True, help="Of an API: send optional parameters too."),
    click.option(
        "--environment",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Of a Postman collection: the environment to take values from.",
    ),
    click.option("--all-methods", is_flag=True, help="Of a log: POST and the like too, without bodies."),
    click.option("--follow", is_flag=True, help="Of a log: stages that follow its rate, not its average."),
    click.option(
        "--read-files", is_flag=True, help="Of curl commands: read the files beside them that are sent."
    ),
    click.option("--profile", metavar="NAME", help="Which of the loads that a file has under names."),
)


@click.command(name="import")
@click.argument("file", required=False)
@click.option("-o", "--output", metavar="FILE", help="Where the plan goes.  [default: standard output]")
@click.option("--from", "kind", metavar="KIND", help="What FILE is.  [default: looked at]")
@click.option("--list", "list_kinds", is_flag=True, help="List the kinds of files, and import nothing.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
@click.option(
    "--max-size",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="MB",
    help="Refuse larger files.",
)
@WISHES
@LOAD
def command(
    file: str | None,
    output: str | None,
    kind: str | None,
    list_kinds: bool,
    force: bool,
    max_size: int,
    **given: Any,
) -> None:
    """Make a plan from what you already have.

    FILE is a recording, another tool's file or a description of an API (see --list), or - for standard input. What is
    left out or guessed is told on stderr and at the head of the plan; secrets become environment variables.
    """
    if list_kinds:
        _list()
        return
    if file is None:
        raise click.UsageError(
            "Missing argument 'FILE': what a plan is to be made from", click.get_current_context()
        )
    _import(file, output, kind, force=force, max_bytes=max_size * 1_000_000, given=given)


def _list() -> None:
    from ..importers.kinds import KINDS

    width = max(map(len, KINDS))
    for kind in KINDS.values():
        click.echo(f"{kind.name:{width}}  {kind.summary}")


def _import(
    file: str, output: str | None, kind: str | None, *, force: bool, max_bytes: int, given: dict[str, Any]
) -> None:
    from ..errors import UsageError
    from ..importers.importing import drafted, finished, opened
    from ..importers.options import Options, patterns
    from ..plan.secrets import mask_text
    from ..reports.text import printable
    from ..reports.words import plural
    from ..reports.write import write_text

    if output is not None and Path(output).exists() and not force:
        raise UsageError(f"{output}: there already, and nothing was written", hint="--force writes over it")
    wishes = {name: value for name, value in given.items() if name not in LOAD_NAMES}
    wishes |= {name: patterns(wishes[name], f"--{name}") for name in ("include", "exclude")}
    source = opened(file, max_bytes=max_bytes)
    found, draft = drafted(source, kind, Options(**wishes))
    _change_load(draft, named(given, LOAD_NAMES))
    done = finished(draft, found, source, schema=_schema_beside(output))
    for note in done.notes:
        click.echo(f"note: {printable(mask_text(note))}", err=True)
    if output is None:
        click.echo(done.text, nl=False)
        return
    write_text(Path(output), done.text)
    parts = [plural(len(done.plan.scenarios), "scenario"), plural(len(done.plan.requests()), "request")]
    click.echo(f"wrote {printable(output)}: {', '.join(parts)}, from {found.summary}", err=True)


def _schema_beside(output: str | None) -> str | None:
    """Where editors find the schema of plans, seen from the plan: where `polyload init` puts it, if it did."""
    found = output is not None and (Path(output).parent / _SCHEMA).is_file()
    return _SCHEMA if found else None


def _change_load(draft: Draft, given: dict[str, Any]) -> None:
    """The load that the options ask for, in place of what of it the importer made of the file."""
    from pydantic import TypeAdapter

    from ..importers.importing import load_fields
    from ..plan.load import Load
    from .loading import changed_load

    if given:
        made: Load = TypeAdapter(Load).validate_python(draft.plan["load"])
        draft.plan["load"] = load_fields(changed_load(made, given, whose="the imported plan"))
