"""``polyload history compare``: stored runs held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import OUTPUT, named
from .places import PLACE, opened

if TYPE_CHECKING:
    from ..history.history import History
    from ..metrics.result import RunResult


@click.command(name="compare")
@click.argument("a")
@click.argument("b")
@click.option(
    "--gate", "gates", multiple=True, metavar="EXPR", help="Such as 'p95 < +5%', 'error_rate <= +0.1pp'."
)
@click.option("--fail-on-inconclusive", is_flag=True, help="A gate that stays open fails too.")
@click.option(
    "--margin", type=float, metavar="R", help="The share that counts as no change.  [default: 0.05]"
)
@click.option(
    "--allow", multiple=True, metavar="KIND", help="What else may differ; see 'polyload compare --help'."
)
@OUTPUT
@PLACE
def compare_command(a: str, b: str, where: str | None, **given: Any) -> int:
    """Compare runs that were kept.

    A and B are sides: an id, several with commas between (five a side or more for a verdict), or label:NAME or
    tag:NAME for all runs of that label or tag. Exit codes: 0 no gate failed, 99 a gate failed, 1 no comparison was
    possible.
    """
    from ..workflows.comparison.compare import compare_results
    from .documents import deliver, output_of
    from .kinds import KINDS

    output = output_of(given, KINDS["comparison"])
    with opened(where) as history:
        sides = _side(history, a), _side(history, b)
    settings = named(given, ("margin",))
    result = compare_results(
        *sides,
        gates=given["gates"],
        allow=given["allow"],
        fail_on_inconclusive=given["fail_on_inconclusive"],
        names=(a, b),
        **settings,
    )
    return deliver(result, output)


def _side(history: History, text: str) -> list[RunResult]:
    """The runs of a side, oldest first."""
    from ..errors import HistoryError

    kind, colon, name = text.partition(":")
    if colon and kind in ("label", "tag"):
        chosen = {"label": name} if kind == "label" else {"tags": (name,)}
        runs = history.runs(kind="run", parts=True, **chosen)
        if not runs:
            raise HistoryError(f"no run in the history has the {kind} {name!r}")
        return [history.load(run.id) for run in reversed(runs)]
    return [history.load(run) for run in text.split(",")]
