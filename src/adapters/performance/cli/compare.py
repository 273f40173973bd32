"""``polyload compare``: configurations run in turn and held against each other, or results of earlier runs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from .grouped import GroupedCommand, groups
from .keeping import keeps
from .options import APPROXIMATE, COUNT, LOAD, LOAD_NAMES, OUTPUT, named

if TYPE_CHECKING:
    from ..workflows.comparison.result import ComparisonResult
    from ..workflows.comparison.rules import Rules

_LIVE = (*LOAD_NAMES, "repeats", "seed", "tool", "approximate")


@click.command(name="compare", cls=GroupedCommand, grouped="--runs")
@click.argument("targets", nargs=-1, metavar="[PLAN|URL]...")
@click.option(
    "--runs",
    "runs",
    multiple=True,
    metavar="FILE...",
    help="Compare results written by 'polyload run --json' instead: one --runs for each side.",
)
@click.option("--repeats", type=COUNT, metavar="N", help="Runs of each; under 5 no verdict.  [default: 5]")
@click.option(
    "--gate", "gates", multiple=True, metavar="EXPR", help="Such as 'p95 < +5%', 'error_rate <= +0.1pp'."
)
@click.option("--fail-on-inconclusive", is_flag=True, help="A gate that stays open fails too.")
@click.option(
    "--margin", type=float, metavar="R", help="The share that counts as no change.  [default: 0.05]"
)
@click.option(
    "--error-margin",
    type=float,
    metavar="R",
    help="The same of error rates, as a difference.  [default: 0.001]",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="KIND",
    help="What else may differ: rate, duration, latency (its definition); with --runs also users, requests, options.",
)
@click.option("--seed", type=int, metavar="N", help="Of the order of runs.  [default: drawn]")
@LOAD
@click.option("--tool", metavar="ENGINE", help="The engine for all of them.  [default: auto]")
@APPROXIMATE
@OUTPUT
@keeps
def command(targets: tuple[str, ...], runs: tuple[str, ...], **given: Any) -> int:
    """Compare configurations, or results of earlier runs.

    Each PLAN or URL is run several times, in turn, and held against the first. A file with 'configurations' holds a
    whole comparison, services to start and stop included. Exit codes: 0 no gate failed, 99 a gate failed, 1 no
    comparison was possible. A change that the data leave open is 'inconclusive' and fails no gate.
    """
    from .documents import deliver, output_of
    from .kinds import KINDS

    inputs = (*targets, *chain.from_iterable(groups(runs)))
    output = output_of(given, KINDS["comparison"], *inputs)
    _refuse_contradictions(targets, runs, given)
    result = _stored(groups(runs), given) if runs else _live(targets, given)
    return deliver(result, output)


def _refuse_contradictions(targets: tuple[str, ...], runs: tuple[str, ...], given: Mapping[str, Any]) -> None:
    from ..errors import UsageError
    from .loading import option

    if not runs:
        if not targets:
            raise UsageError("nothing to compare", hint="give two plans or URLs, or --runs with result files")
        return
    if targets:
        from ..plan.secrets import mask_url

        raise UsageError(
            f"--runs compares results that there are, and {mask_url(targets[0])} would be run",
            hint="give one or the other",
        )
    if strange := [name for name in _LIVE if given[name] is not None and given[name] is not False]:
        raise UsageError(
            f"{option(strange[0])} is for runs to be made, and --runs compares results that there are"
        )


def _rules(given: Mapping[str, Any]) -> Rules:
    from ..workflows.comparison.rules import Rules

    margins = named(given, ("margin", "error_margin"))
    return Rules.of(
        given["gates"],
        **margins,
        allow=given["allow"],
        fail_on_inconclusive=given["fail_on_inconclusive"],
    )


def _stored(sides: list[list[str]], given: Mapping[str, Any]) -> ComparisonResult:
    from ..workflows.comparison.compare import compare_all
    from .comparing import read_result, sides_of

    rules = _rules(given)
    return compare_all(
        {name: [read_result(file) for file in files] for name, files in sides_of(sides).items()}, rules
    )


def _live(targets: tuple[str, ...], given: Mapping[str, Any]) -> ComparisonResult:
    from ..workflows.comparison.run import run_comparison
    from .comparing import Progress
    from .configurations import configurations_of
    from .documents import run_stoppable

    entries, given = configurations_of(targets, given, {name: given[name] for name in LOAD_NAMES})
    rules = _rules(given)
    how = {"repeats": given["repeats"], "seed": given["seed"]}
    if given["quiet"]:
        return run_stoppable(lambda stop: run_comparison(entries, rules, **how, stop=stop))
    with closing(Progress(sys.stderr, entries)) as told:
        return run_stoppable(
            lambda stop: run_comparison(
                entries, rules, **how, stop=stop, on_run=told.done, on_window=told.window
            )
        )
