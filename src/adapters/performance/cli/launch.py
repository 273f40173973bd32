"""Launching a run from the command line: progress is shown, and signals are heeded."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import click

from ..metrics.result import ResultWarning, RunResult
from ..plan.masking import public_dict
from ..plan.model import Plan
from ..reports.words import load_in_words, plan_in_words
from ..workflows.handle import RunHandle, started
from .interrupt import interrupts
from .progress import Display, open_display, shown


def display_for(plan: Plan, *, quiet: bool = False, progress: bool = True) -> Display:
    """What shows the progress of a run on stderr."""
    public = public_dict(plan)
    title = f"{plan_in_words(public)}: {load_in_words(public)}"
    return open_display(sys.stderr, title, quiet=quiet, progress=progress)


def launch(
    plan: Plan,
    display: Display,
    *,
    tool: str = "auto",
    preference: Sequence[str] = (),
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
    warnings: Sequence[ResultWarning] = (),
) -> RunResult:
    """Run a plan to its end, or until it is interrupted, and return what was measured.

    ``preference`` are engines that ``auto`` tries first, ``settings`` those of the engine; ``warnings`` are told in the
    result.
    """
    options = {"tool": tool, "preference": preference, "approximate": approximate}
    return asyncio.run(_launch(plan, display, {**options, "settings": settings, "warnings": warnings}))


async def _launch(plan: Plan, display: Display, options: Mapping[str, Any]) -> RunResult:
    async with watched(plan, display, **options) as run:
        try:
            return await run
        except asyncio.CancelledError:
            raise click.Abort from None


@asynccontextmanager
async def watched(
    plan: Plan,
    display: Display,
    *,
    tool: str = "auto",
    preference: Sequence[str] = (),
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
    warnings: Sequence[ResultWarning] = (),
) -> AsyncIterator[RunHandle]:
    """Within this a plan runs: its progress is shown, the first signal ends it cleanly, a further one at once."""
    async with started(
        plan,
        tool=tool,
        preference=preference,
        approximate=approximate,
        settings=settings,
        warnings=warnings,
    ) as run:

        def stop() -> None:
            display.say("stopping; interrupt again to end at once")
            run.stop()

        with interrupts(stop, run.cancel):
            async with shown(display, plan, run):
                yield run
