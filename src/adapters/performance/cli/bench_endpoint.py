"""``polyload bench URL``: how long an endpoint takes."""

from __future__ import annotations

from typing import Any

import click

from .bench_url import URL_OPTIONS, bench_url
from .keeping import keeps
from .options import NO_PROGRESS, OUTPUT


@click.command(name="bench")
@click.argument("targets", nargs=-1, required=True, metavar="URL")
@URL_OPTIONS
@OUTPUT
@NO_PROGRESS
@keeps
def command(targets: tuple[str, ...], **given: Any) -> int:
    """Measure how long one URL takes, over exactly so many requests.

    Exit codes: 0 every request succeeded, 1 some failed, 130 interrupted.
    """
    if len(targets) > 1:
        raise click.UsageError("a URL is measured by itself; 'polyload compare' is for several")
    return bench_url(targets[0], **given)
