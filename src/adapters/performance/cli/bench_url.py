"""``polyload bench URL``: exactly so many requests to one URL, and how long they took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click

from .options import COUNT, PROCESSES, REQUEST, REQUEST_NAMES, TIMEOUT, TOOL, group, named

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..workflows.handle import RunHandle
    from ..workflows.http_benchmark.request import Errand
    from ..workflows.http_benchmark.result import HttpBenchmarkResult

_REQUESTS = 1000

URL_OPTIONS = group(
    click.option(
        "-n", "--requests", type=COUNT, metavar="N", help=f"Requests to measure.  [for a URL: {_REQUESTS}]"
    ),
    click.option("-c", "--concurrency", type=COUNT, metavar="N", help="Requests at once.  [for a URL: 1]"),
    click.option("--warm-up", type=COUNT, metavar="N", help="Requests sent before, in no figure."),
    REQUEST,
    TIMEOUT,
    click.option("--rows", is_flag=True, help="Show each request, and have it in the JSON."),
    TOOL,
    PROCESSES,
)
"""What `bench_url` takes; what is not given is None, False or empty."""


def bench_url(target: str, *, no_progress: bool = False, **given: Any) -> int:
    """Measure a URL, show and write the result, and return the exit code; ``given`` are `URL_OPTIONS` and `OUTPUT`."""
    from .documents import deliver, output_of
    from .kinds import KINDS

    output = output_of(given, KINDS["polyload.http-benchmark/1"])
    work = _measure(_errand(target, given), given, quiet=output.quiet, progress=not no_progress)
    return deliver(asyncio.run(work), output)


def _errand(target: str, given: Mapping[str, Any]) -> Errand:
    from ..workflows.http_benchmark.request import Errand
    from .planning import checked_url, request_fields

    fields = request_fields(named(given, REQUEST_NAMES))
    return Errand(
        url=checked_url(target),
        requests=given.get("requests") or _REQUESTS,
        concurrency=given.get("concurrency") or 1,
        warm_up=given.get("warm_up") or 0,
        method=fields.pop("method"),
        request=fields,
        timeout_s=given.get("timeout"),
    )


async def _measure(
    errand: Errand, given: Mapping[str, Any], *, quiet: bool, progress: bool
) -> HttpBenchmarkResult:
    from ..workflows.http_benchmark.by_engine import benchmark_by_engine
    from .launch import display_for, watched

    settings = named(given, ("processes",))

    @asynccontextmanager
    async def start(plan: Plan) -> AsyncIterator[RunHandle]:
        display = display_for(plan, quiet=quiet, progress=progress)
        async with watched(plan, display, tool=given.get("tool") or "auto", settings=settings) as run:
            yield run

    try:
        return await benchmark_by_engine(errand, start, keep_rows=bool(given.get("rows")))
    except asyncio.CancelledError:
        raise click.Abort from None
