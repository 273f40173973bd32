"""``polyload stress``: how many users it takes until the target breaks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click

from .keeping import keeps
from .options import COUNT, ENGINE, NO_PROGRESS, OUTPUT, REDIRECTS, REQUEST, REQUEST_NAMES, TIMEOUT, named
from .written import DURATION

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..workflows.handle import RunHandle
    from ..workflows.stress.ladder import Ladder
    from ..workflows.stress.result import StressResult, StressStep
    from .progress import Display

_OPTIONS = ("timeout", "redirects")


@click.command(name="stress")
@click.argument("target")
@click.option(
    "--start",
    "start_users",
    type=COUNT,
    default=10,
    show_default=True,
    metavar="N",
    help="Users of the first step.",
)
@click.option(
    "--max",
    "max_users",
    type=COUNT,
    default=200,
    show_default=True,
    metavar="N",
    help="Users of the last step.",
)
@click.option(
    "--step",
    "step_users",
    type=COUNT,
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
@REQUEST
@TIMEOUT
@REDIRECTS
@ENGINE
@OUTPUT
@NO_PROGRESS
@keeps
def command(target: str, **given: Any) -> int:
    """Raise the users step by step until the target breaks.

    TARGET is a URL, or a plan file, whose load the steps replace. A step fails when a threshold does not hold, when
    nothing comes back, or when throughput no longer grows with the users; it is repeated, and the test ends where a
    step fails twice.

    Exit codes: 0 an answer was found, and a break point is one; 1 the target never worked or the run failed; 99 a
    threshold could not be evaluated; 130 interrupted.
    """
    from ..workflows.stress.ladder import ladder
    from .documents import deliver, output_of, run_stoppable
    from .kinds import KINDS

    output = output_of(given, KINDS["stress"], target)
    steps = ladder(
        given["start_users"], given["max_users"], given["step_users"], given["step_duration"], given["settle"]
    )
    plan = _plan(target, steps, given)
    return deliver(run_stoppable(lambda stop: _stress(plan, steps, given, stop)), output)


def _plan(target: str, steps: Ladder, given: Mapping[str, Any]) -> Plan:
    from .planning import Wishes, is_plan_file, make_plan

    load = {} if is_plan_file(target) else {"users": steps.users[0], "duration": steps.step_s}
    return make_plan(
        target, Wishes(load, named(given, _OPTIONS), named(given, REQUEST_NAMES), given["thresholds"])
    )


async def _stress(plan: Plan, steps: Ladder, given: Mapping[str, Any], stop: asyncio.Event) -> StressResult:
    from ..workflows.stress.engine import takes_stages
    from ..workflows.stress.run import run_stress
    from .launch import watched
    from .show_stress import step_line

    how: dict[str, Any] = {
        "tool": given["tool"],
        "approximate": given["approximate"],
        "settings": named(given, ("processes",)),
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

    return await run_stress(
        plan,
        steps,
        start,
        in_one_run=await asyncio.to_thread(takes_stages, plan, steps, **how),
        plateau=not given["no_plateau"],
        on_step=tell,
        stop=stop,
    )


def _display(plan: Plan, given: Mapping[str, Any]) -> Display:
    """What shows the progress of a run: on a terminal the run itself, elsewhere its steps only."""
    from .launch import display_for

    progress = not given["no_progress"] and sys.stderr.isatty()
    return display_for(plan, quiet=given["quiet"], progress=progress)
