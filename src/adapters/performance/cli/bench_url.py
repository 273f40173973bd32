"""``polyload bench URL``: exactly so many requests to one URL, and how long they took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .counts import COUNT_OR_AUTO
from .durations import DURATION

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..workflows.handle import RunHandle
    from ..workflows.http_benchmark.request import Errand
    from ..workflows.http_benchmark.result import HttpBenchmarkResult

F = TypeVar("F", bound=Callable[..., Any])

_COUNT = click.IntRange(min=1)
_REQUESTS = 1000
_REQUEST = ("method", "headers", "body")

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "-n", "--requests", type=_COUNT, metavar="N", help=f"Requests to measure.  [for a URL: {_REQUESTS}]"
    ),
    click.option("-c", "--concurrency", type=_COUNT, metavar="N", help="Requests at once.  [for a URL: 1]"),
    click.option("--warm-up", type=_COUNT, metavar="N", help="Requests sent before, in no figure."),
    click.option("-X", "--method", metavar="METHOD", help="HTTP method.  [default: GET, with a body POST]"),
    click.option(
        "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeatable."
    ),
    click.option("-b", "--body", metavar="TEXT|@FILE", help="The body: a text, or the content of a file."),
    click.option("--timeout", type=DURATION, metavar="TIME", help="Bound on each request.  [default: 30s]"),
    click.option("--rows", is_flag=True, help="Show each request, and have it in the JSON."),
    click.option("--tool", metavar="ENGINE", help="See 'polyload engines'.  [for a URL: auto]"),
    click.option(
        "--processes", type=COUNT_OR_AUTO, metavar="N|auto", help="Worker processes (native, httpx)."
    ),
)


def url_options(command: F) -> F:
    """Gives a command the options that `bench_url` takes; what is not given is None, False or empty."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def bench_url(
    target: str, *, json_file: str | None = None, quiet: bool = False, no_progress: bool = False, **given: Any
) -> int:
    """Measure a URL, show and write the result, and return the exit code; ``given`` are `url_options`."""
    from .answers import check_json_file, deliver_answer
    from .show_bench import show

    check_json_file(json_file)
    result = asyncio.run(_measure(_errand(target, given), given, quiet=quiet, progress=not no_progress))
    deliver_answer(result, lambda console: show(result, console), json_file=json_file, quiet=quiet)
    return result.exit_code


def _errand(target: str, given: Mapping[str, Any]) -> Errand:
    from ..workflows.http_benchmark.request import Errand
    from .planning import checked_url, request_fields

    fields = request_fields({name: given[name] for name in _REQUEST if given.get(name) not in (None, ())})
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

    processes = given.get("processes")
    settings = {} if processes is None else {"processes": processes}

    @asynccontextmanager
    async def start(plan: Plan) -> AsyncIterator[RunHandle]:
        display = display_for(plan, quiet=quiet, progress=progress)
        async with watched(plan, display, tool=given.get("tool") or "auto", settings=settings) as run:
            yield run

    try:
        return await benchmark_by_engine(errand, start, keep_rows=bool(given.get("rows")))
    except asyncio.CancelledError:
        raise click.Abort from None
