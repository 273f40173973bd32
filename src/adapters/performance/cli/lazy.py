"""A group of commands that imports a command when it is used, and prints its help without importing any."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from .exits import exit_with


class LazyGroup(click.Group):
    """Commands by name: each is ``command`` in the module of that name beside this one, see `_module`.

    ``summaries`` maps a name to the line that help shows. Errors end as messages and exit codes, see `exit_with`.
    """

    def __init__(self, *args: Any, summaries: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.summaries:
            return None
        command: click.Command = import_module(f".{_module(cmd_name)}", __package__).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and "://" in args[0] and args[0] not in self.summaries:
            ctx.fail(f"no such command: {args[0]!r}. Did you mean 'polyload run {args[0]}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))

    def main(self, *args: Any, standalone_mode: bool = True, **settings: Any) -> Any:
        """Run the command line and exit with its code; with ``standalone_mode=False`` errors reach the caller."""
        settings["prog_name"] = settings.get("prog_name") or self.name
        run = partial(super().main, *args, standalone_mode=False, **settings)
        return exit_with(run) if standalone_mode else run()


def _module(command: str) -> str:
    """The module of a command: a word of Python's own has an underscore after it."""
    return f"{command}_" if iskeyword(command) else command
