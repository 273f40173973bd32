"""``polyload config``: the settings that hold, and where each came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from .options import SETTINGS

if TYPE_CHECKING:
    from ..settings.resolve import Resolved


@click.command(name="config")
@SETTINGS
@click.option("--show", is_flag=True, help="Print every setting.  [default]")
@click.option(
    "--check", is_flag=True, help="Only check the settings: a line if they are valid, else exit code 2."
)
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
def command(show: bool, check: bool, as_json: bool, **given: Any) -> None:
    """Show the settings that hold, and where each came from.

    Secrets are masked. What comes first: flags, the profile, the plan, POLYLOAD_… variables, the same in the env file,
    the settings file, names that other programs use too (DATABASE_URL, timeout …), the built-in default.
    """
    from ..errors import UsageError
    from .configured import check_parts, read_settings

    if check and (show or as_json):
        raise UsageError(f"--check cannot be combined with {'--show' if show else '--json'}")
    resolved = read_settings(given)
    check_parts(resolved)
    if check:
        click.echo(_verdict(resolved))
    elif as_json:
        from ..settings.listing import document

        click.echo(json.dumps(document(resolved), indent=2, ensure_ascii=False))
    else:
        _print(resolved)


def _verdict(resolved: Resolved) -> str:
    from ..reports.text import printable
    from ..settings.sources import BUILT_IN

    if resolved.file is None and resolved.env_file is None:
        return "no settings file and no env file: the environment and the defaults are valid"
    files = " and ".join(str(found[0]) for found in (resolved.file, resolved.env_file) if found)
    given = sum(origin != BUILT_IN for origin in resolved.origins.values())
    lines = [f"{files}: valid: {given} setting{'s' * (given != 1)} given, environment included"]
    if resolved.others:
        lines.append(f"other sections, left alone: {', '.join(resolved.others)}")
    return "\n".join(printable(line) for line in [*lines, *resolved.remarks])


def _print(resolved: Resolved) -> None:
    import sys

    from rich.table import Table
    from rich.text import Text

    from ..reports.console import open_console
    from ..reports.text import printable
    from ..settings.listing import rows
    from ..settings.sources import BUILT_IN

    console = open_console(sys.stdout)
    for name, found in (("settings file", resolved.file), ("env file", resolved.env_file)):
        told = "none" if found is None else f"{found[0]} ({found[1]})"
        console.print(Text.assemble((f"{name:<15}", "dim"), printable(told)), soft_wrap=True)
    if resolved.others:
        others = printable(", ".join(resolved.others))
        console.print(Text.assemble((f"{'left alone':<15}", "dim"), f"{others} (other sections of the file)"))
    for remark in resolved.remarks:
        console.print(Text.assemble((f"{'warning':<15}", "yellow"), printable(remark)), soft_wrap=True)
    console.print()
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(max_width=46)
    grid.add_column()
    for row in rows(resolved):
        style = "dim" if row.origin == BUILT_IN else ""
        cells = (row.key, row.words, str(row.origin))
        grid.add_row(*(Text(printable(text), style=style) for text in cells))
    console.print(grid)
