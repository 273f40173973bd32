"""The commands of ``polyload history`` by name, imported when one is used."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "show": ("history_show", "Show a result again, and write its reports."),
    "compare": ("history_compare", "Compare runs that were kept."),
    "delete": ("history_change", "Remove results."),
    "prune": ("history_change", "Remove old results."),
    "export": ("history_transfer", "Write results as JSON lines."),
    "import": ("history_transfer", "Take in results that were exported."),
}


class HistoryGroup(click.Group):
    """Commands by name: ``NAME_command`` in a module beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{_COMMANDS[cmd_name][0]}", __package__)
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])
