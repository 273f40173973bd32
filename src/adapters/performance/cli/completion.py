"""``polyload completion``: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click

_VARIABLE = "_POLYLOAD_COMPLETE"


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script for shell completion.

    For bash, for example: polyload completion bash > ~/.local/share/bash-completion/completions/polyload
    """
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(ctx.find_root().command, {}, "polyload", _VARIABLE).source())
