"""``polyload validate``: what is wrong with a plan, before anything runs."""

from __future__ import annotations

import click


@click.command(name="validate")
@click.argument("plan", type=click.Path())
def command(plan: str) -> None:
    """Check a plan file without running it.

    Prints one line about a valid plan, and one for each placeholder that can have no value; otherwise every problem,
    with exit code 2.
    """
    from ..engines.program.feeds import feed_facts
    from ..plan.masking import Secrets, public_dict
    from ..plan.model import Plan
    from ..plan.names import unknown_names
    from ..reports.text import printable
    from ..reports.words import load_in_words, plural

    valid = Plan.from_file(plan)
    columns = {name: facts.columns for name, facts in feed_facts(valid).items()}
    parts = [
        plural(len(valid.scenarios), "scenario"),
        plural(len(valid.requests()), "request"),
        load_in_words(public_dict(valid)),
        plural(len(valid.thresholds), "threshold"),
    ]
    click.echo(f"{printable(plan)}: valid: {', '.join(parts)}")
    hide = Secrets.of(valid).hide
    for unknown in unknown_names(valid, columns=columns):
        click.echo(f"{printable(plan)}: warning: {printable(hide(str(unknown)))}")
