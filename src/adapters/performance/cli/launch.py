"""Launching a run from the command line: progress is shown, and signals are heeded."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import click

from ..engines.contract import RunContext
from ..metrics.collector import MetricsCollector
from ..metrics.result import RunResult
from ..plan.masking import public_dict
from ..plan.model import Plan
from ..reports.words import load_in_words, plan_in_words
from ..workflows.load import run_load_test
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
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> RunResult:
    """Run a plan to its end, or until it is interrupted, and return what was measured.

    ``settings`` are those of the engine.
    """
    return asyncio.run(_launch(plan, display, tool, settings or {}, RunContext(approximate=approximate)))


async def _launch(
    plan: Plan, display: Display, tool: str, settings: Mapping[str, Any], ctx: RunContext
) -> RunResult:
    collector = MetricsCollector()
    run = asyncio.ensure_future(
        run_load_test(plan, tool=tool, settings=settings, collector=collector, ctx=ctx)
    )

    def stop() -> None:
        display.say("stopping; interrupt again to end at once")
        ctx.stop.set()

    def cancel() -> None:
        run.cancel()

    with interrupts(stop, cancel):
        async with shown(display, plan, collector):
            try:
                return await run
            except asyncio.CancelledError:
                if ctx.partial is None:
                    raise click.Abort from None
                return ctx.partial
