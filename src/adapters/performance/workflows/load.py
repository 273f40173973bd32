"""The load test: an engine is chosen for a plan, the plan runs, and the choice is told in the result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..engines.contract import EngineAdapter, RunContext
from ..engines.registry import choose_engine, create_engine
from ..engines.running import run_plan
from ..metrics.collector import MetricsCollector
from ..metrics.result import RunResult
from ..plan.model import Plan


async def run_load_test(
    plan: Plan,
    *,
    tool: str | EngineAdapter = "auto",
    preference: Sequence[str] = (),
    collector: MetricsCollector | None = None,
    ctx: RunContext | None = None,
) -> RunResult:
    """Runs a plan on the engine of that name, on this very engine, or on the best that carries out the whole plan.

    ``preference`` are names to be tried first for ``auto``.
    """
    ctx = ctx or RunContext()
    note = None
    if isinstance(tool, EngineAdapter):
        engine = tool
    elif tool == "auto":
        choice = await asyncio.to_thread(choose_engine, plan, preference, approximate=ctx.approximate)
        engine, note = choice.engine, choice.explanation
    else:
        engine = create_engine(tool)
    return await run_plan(engine, plan, collector=collector, ctx=ctx, note=note)
