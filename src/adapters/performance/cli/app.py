"""The root command and its subcommands."""

from __future__ import annotations

import os
import sys

import click

from .lazy import LazyGroup

COMMANDS = {
    "run": "Run a plan, or load one URL.",
    "bench": "Measure Python functions, or a URL.",
    "stress": "Raise the users step by step until the target breaks.",
    "compare": "Compare configurations, or results of earlier runs.",
    "suite": "Run several tests with one verdict on all.",
    "report": "Write reports of stored results.",
    "history": "List the results that were kept, and work with them.",
    "trend": "Show how figures went over the runs that were kept.",
    "new": "Make a plan by answering a few questions.",
    "init": "Write a settings file and a plan to begin with.",
    "config": "Show the settings that hold, and where each came from.",
    "import": "Make a plan from what you already have.",
    "validate": "Check plan files without running them.",
    "capacity": "Find the highest rate that a target sustains.",
    "scalability": "Measure how throughput grows with the users.",
    "engines": "List the load engines, and what each makes of a plan.",
    "schema": "Print the JSON Schema of plans, or of what a command writes.",
    "demo": "Load a small demo shop and write its report.",
    "completion": "Print the script for shell completion.",
    "version": "Print the versions of polyload, Python and the system.",
}


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from .version import version_line

        click.echo(version_line())
        ctx.exit()


def _never_fail_to_print() -> None:
    """A character that the terminal's encoding lacks becomes a question mark, not an exception."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


@click.group(
    name="polyload",
    cls=LazyGroup,
    summaries=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the versions of polyload, Python and the system.",
)
@click.option(
    "--debug", is_flag=True, help="Tell on stderr what is done, and why; POLYLOAD_DEBUG=1 does so too."
)
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """One plan, many load engines, one truthful result.

    Exit codes: 0 passed, 1 the run failed, 2 usage or plan error, 3 engine missing or feature refused,
    99 a threshold failed, 130 interrupted.
    """
    _never_fail_to_print()
    if debug or os.environ.get("POLYLOAD_DEBUG", "") not in ("", "0"):
        from .debugging import begin

        begin()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
