"""The load test: an engine is chosen for a plan, the plan runs, and the choice is told in the result."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ..engines.contract import EngineAdapter, RunContext
from ..engines.registry import choose_engine, create_engine
from ..engines.running import run_plan
from ..errors import UsageError
from ..metrics.collector import MetricsCollector
from ..metrics.result import RunResult
from ..plan.model import Plan


async def run_load_test(
    plan: Plan,
    *,
    tool: str | EngineAdapter = "auto",
    preference: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    collector: MetricsCollector | None = None,
    ctx: RunContext | None = None,
) -> RunResult:
    """Runs a plan on the engine of that name, on this very engine, or on the best that carries out the whole plan.

    ``preference`` are names to be tried first for ``auto``; ``settings`` are given to the engine that is made, and
    refused if it has no such thing. An engine given as such has its settings.
    """
    ctx = ctx or RunContext()
    note = None
    if isinstance(tool, EngineAdapter):
        if settings:
            raise UsageError("settings go to an engine made by its name; this one is made already")
        engine = tool
    elif tool == "auto":
        choice = await asyncio.to_thread(
            choose_engine, plan, preference, approximate=ctx.approximate, settings=settings
        )
        engine, note = choice.engine, choice.explanation
    else:
        engine = create_engine(tool, settings)
    return await run_plan(engine, plan, collector=collector, ctx=ctx, note=note)
