"""``polyload stress``: how many users it takes until the target breaks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click

from .counts import COUNT_OR_AUTO
from .durations import DURATION

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..workflows.handle import RunHandle
    from ..workflows.stress.ladder import Ladder
    from ..workflows.stress.result import StressResult, StressStep
    from .progress import Display

_REQUEST = ("method", "headers", "body")
_OPTIONS = ("timeout", "redirects")
_COUNT = click.IntRange(min=1)


@click.command(name="stress")
@click.argument("target")
@click.option(
    "--start",
    "start_users",
    type=_COUNT,
    default=10,
    show_default=True,
    metavar="N",
    help="Users of the first step.",
)
@click.option(
    "--max",
    "max_users",
    type=_COUNT,
    default=200,
    show_default=True,
    metavar="N",
    help="Users of the last step.",
)
@click.option(
    "--step",
    "step_users",
    type=_COUNT,
    default=10,
    show_default=True,
    metavar="N",
    help="Users added by each step.",
)
@click.option(
    "--step-duration",
    type=DURATION,
    default="30s",
    show_default=True,
    metavar="TIME",
    help="How long each step is held.",
)
@click.option(
    "--settle",
    type=DURATION,
    default="1s",
    show_default=True,
    metavar="TIME",
    help="The first part of each step, not judged.",
)
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="EXPR",
    help="What each step must hold, such as 'p95 < 500ms'; repeatable.  [default: error_rate <= 5%]",
)
@click.option("--no-plateau", is_flag=True, help="Go on when throughput no longer grows.")
@click.option("-X", "--method", metavar="METHOD", help="HTTP method.  [default: GET, with a body POST]")
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeatable."
)
@click.option("-b", "--body", metavar="TEXT|@FILE", help="The body: a text, or the content of a file.")
@click.option("--timeout", type=DURATION, metavar="TIME", help="Bound on each request.  [default: 30s]")
@click.option(
    "--redirects", type=click.IntRange(0, 50), metavar="N", help="Redirects to follow.  [default: 0]"
)
@click.option("--tool", default="auto", show_default=True, metavar="ENGINE", help="See 'polyload engines'.")
@click.option(
    "--processes",
    type=COUNT_OR_AUTO,
    metavar="N|auto",
    help="Worker processes to share the load (native, httpx).  [default: 1]",
)
@click.option("--approximate", is_flag=True, help="Allow the engine's named approximations.")
@click.option("--json", "json_file", metavar="FILE", help="Write the result as JSON; - is standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors; the exit code tells.")
@click.option("--no-progress", is_flag=True, help="No progress while it goes on, only the steps.")
def command(target: str, **given: Any) -> int:
    """Raise the users step by step until the target breaks.

    TARGET is a URL, or a plan file, whose load the steps replace. A step fails when a threshold does not hold, when
    nothing comes back, or when throughput no longer grows with the users; it is repeated, and the test ends where a
    step fails twice.

    Exit codes: 0 an answer was found, and a break point is one; 1 the target never worked or the run failed; 99 a
    threshold could not be evaluated; 130 interrupted.
    """
    from ..workflows.stress.ladder import ladder
    from .answers import check_json_file, deliver_answer
    from .show_stress import show

    check_json_file(given["json_file"])
    steps = ladder(
        given["start_users"], given["max_users"], given["step_users"], given["step_duration"], given["settle"]
    )
    result = asyncio.run(_stress(_plan(target, steps, given), steps, given))
    deliver_answer(
        result, lambda console: show(result, console), json_file=given["json_file"], quiet=given["quiet"]
    )
    return result.exit_code


def _plan(target: str, steps: Ladder, given: Mapping[str, Any]) -> Plan:
    from .planning import Wishes, is_plan_file, make_plan

    def named(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: given[name] for name in names if given[name] not in (None, ())}

    load = {} if is_plan_file(target) else {"users": steps.users[0], "duration": steps.step_s}
    return make_plan(target, Wishes(load, named(_OPTIONS), named(_REQUEST), given["thresholds"]))


async def _stress(plan: Plan, steps: Ladder, given: Mapping[str, Any]) -> StressResult:
    from ..workflows.stress.engine import takes_stages
    from ..workflows.stress.run import run_stress
    from .launch import watched
    from .show_stress import step_line

    settings = {} if given["processes"] is None else {"processes": given["processes"]}
    how: dict[str, Any] = {
        "tool": given["tool"],
        "approximate": given["approximate"],
        "settings": settings,
    }
    displays: list[Display] = []
    told: list[int] = []

    @asynccontextmanager
    async def start(plan: Plan) -> AsyncIterator[RunHandle]:
        displays.append(_display(plan, given))
        async with watched(plan, displays[-1], **how) as run:
            yield run

    def tell(step: StressStep) -> None:
        displays[-1].say(step_line(step, repeated=step.users in told))
        told.append(step.users)

    try:
        return await run_stress(
            plan,
            steps,
            start,
            in_one_run=await asyncio.to_thread(takes_stages, plan, steps, **how),
            plateau=not given["no_plateau"],
            on_step=tell,
        )
    except asyncio.CancelledError:
        raise click.Abort from None


def _display(plan: Plan, given: Mapping[str, Any]) -> Display:
    """What shows the progress of a run: on a terminal the run itself, elsewhere its steps only."""
    from .launch import display_for

    progress = not given["no_progress"] and sys.stderr.isatty()
    return display_for(plan, quiet=given["quiet"], progress=progress)
