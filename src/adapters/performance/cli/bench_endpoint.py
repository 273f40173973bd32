"""``polyload bench URL``: how long an endpoint takes."""

from __future__ import annotations

from typing import Any

import click

from .bench_url import bench_url, url_options


@click.command(name="bench")
@click.argument("target")
@url_options
@click.option("--json", "json_file", metavar="FILE", help="Write the result as JSON; - is standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors; the exit code tells.")
@click.option("--no-progress", is_flag=True, help="No progress while it goes on.")
def command(target: str, **given: Any) -> int:
    """Measure how long one URL takes, over exactly so many requests.

    Exit codes: 0 every request succeeded, 1 some failed, 130 interrupted.
    """
    return bench_url(target, **given)
