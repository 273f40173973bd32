"""``polyload bench``: how long functions take, against each other or against a saved baseline."""

from __future__ import annotations

import re
from typing import Any

import click

from .keeping import keeps
from .options import COUNT, NO_PROGRESS, OUTPUT
from .written import DURATION, SHARE

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class _Bench(click.Command):
    """Functions are measured here; a URL has a command of its own, with options of its own."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if any(_URL.match(arg) for arg in args):
            return _url_command().make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _url_command() -> click.Command:
    """The command that measures a URL."""
    from .bench_endpoint import command as url_command

    return url_command


@click.command(name="bench", cls=_Bench)
@click.argument("targets", nargs=-1, required=True, metavar="MODULE:FUNCTION...")
@click.option(
    "-n", "--iterations", type=int, metavar="N", help="Measured calls in all.  [default: as time needs]"
)
@click.option(
    "--warmup", type=int, metavar="N", help="Calls before, in each process.  [default: until times settle]"
)
@click.option("--concurrency", type=COUNT, metavar="N", help="Calls at once, of async functions.")
@click.option("-P", "--param", "params", multiple=True, metavar="N=V,V", help="An argument; repeatable.")
@click.option("--processes", type=COUNT, metavar="N", help="Processes for each function.  [default: 16]")
@click.option("--values", type=COUNT, metavar="N", help="Values of each process.  [default: 20]")
@click.option("--min-time", "min_time_s", type=float, metavar="S", help="Time of a value.  [default: 0.005]")
@click.option(
    "--timeout", "timeout_s", type=DURATION, metavar="TIME", help="Bound on each process.  [default: none]"
)
@click.option(
    "--gc", type=click.Choice(["off", "on"]), help="Garbage collection while measuring.  [default: off]"
)
@click.option(
    "--setup", metavar="MODULE:FUNCTION", help="Called before; what it returns is the first argument."
)
@click.option("--teardown", metavar="MODULE:FUNCTION", help="Called afterwards.")
@click.option(
    "--setup-per", type=click.Choice(["process", "value"]), help="How often both are.  [default: process]"
)
@click.option(
    "--mode", type=click.Choice(["auto", "processes", "in-process"]), help="Where.  [default: auto]"
)
@click.option("--seed", type=int, metavar="N", help="Of the order in which functions take turns.")
@click.option("--margin", type=SHARE, metavar="SHARE", help="What counts as no difference.  [default: 2%]")
@click.option("--save", metavar="NAME", help="Save as a baseline, in .polyload/benchmarks.")
@click.option("--against", metavar="NAME", help="Compare with a baseline.")
@click.option(
    "--fail-if-slower", type=SHARE, metavar="SHARE", help="Exit with 99 if slower by more, with confidence."
)
@click.option("--fail-on-inconclusive", is_flag=True, help="Exit with 99 if that cannot be told, too.")
@OUTPUT
@NO_PROGRESS
@keeps
def command(targets: tuple[str, ...], **given: Any) -> int:
    """Measure Python functions, or a URL.

    Each function is measured in several processes. Two or more take turns, and each is compared with the first.
    A target is module:function or file.py:function; of a URL see 'polyload bench URL --help'.
    """
    from .bench_run import Bench

    _check(targets, given)
    return Bench(targets, given).run()


def _check(targets: tuple[str, ...], given: dict[str, Any]) -> None:
    compares = given["against"] is not None or len(targets) > 1
    if given["fail_if_slower"] is not None and not compares:
        raise click.UsageError("--fail-if-slower needs --against, or a second function")
    if given["fail_on_inconclusive"] and given["fail_if_slower"] is None:
        raise click.UsageError("--fail-on-inconclusive goes with --fail-if-slower")
    if given["margin"] is not None and not compares:
        raise click.UsageError("--margin is for comparisons: give --against, or a second function")
