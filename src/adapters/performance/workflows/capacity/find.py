"""The search for capacity as it is called."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...engines.contract import EngineAdapter
from ...engines.registry import choose_engine, create_engine
from ...errors import UsageError
from ...plan.model import Plan
from .plans import base_plan, probe_plan
from .probing import Prober
from .result import CapacityResult
from .run import OnAsk, OnProbe, Searching
from .settings import read_settings
from .slo import read_slo


async def find_capacity(
    target: str | Path | Plan,
    slo: str | Sequence[str] = (),
    *,
    start_rate: float = 10.0,
    max_rate: float | None = None,
    probe: float | str = 10.0,
    warm_up: float | str | None = None,
    budget: float | str = 600.0,
    precision: float = 0.05,
    growth: float = 2.0,
    max_users: int | None = None,
    recover_within: float | str = 30.0,
    tool: str | EngineAdapter = "auto",
    preference: Sequence[str] = (),
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
    on_ask: OnAsk | None = None,
    on_probe: OnProbe | None = None,
    stop: asyncio.Event | None = None,
    **request: Any,
) -> CapacityResult:
    """Finds the highest rate of iterations that a target sustains within an objective, with its interval.

    ``target`` is a URL, a plan, or the path of a plan file, whose load is replaced; ``request`` are further fields of
    the request to a URL. ``slo``: thresholds such as ``p99 < 50ms``, ``error_rate < 1%``; by default the plan's, else
    ``p99 < 1s``; under 1 % errors is always asked for unless errors are bounded otherwise.

    From ``start_rate`` on each step is ``growth`` times the one before, up to ``max_rate``; then the limit is searched
    until both ends of its 95 % interval are within ``precision`` of it, or the ``budget`` (seconds, or "10m") would be
    exceeded. Each probe measures ``probe`` seconds after a ``warm_up``: by default 2 seconds, or none where a named
    engine cannot leave one out, which a note then says. After one that failed a light load waits until the target has
    recovered, at most ``recover_within``. ``settings`` are those of the engine. ``on_ask`` is called before each probe
    and ``on_probe`` after it; setting ``stop`` ends the search with what is known. PolyloadError for what cannot be
    searched, and where not even the first probe could run.
    """
    told = read_settings(
        start_rate=start_rate,
        max_rate=max_rate,
        probe=probe,
        warm_up=warm_up,
        budget=budget,
        precision=precision,
        growth=growth,
        max_users=max_users,
        recover_within=recover_within,
    )
    plan = await asyncio.to_thread(base_plan, target, request)
    objective = read_slo(slo, plan.thresholds)
    first = probe_plan(plan, start_rate, told.probe_s, told, objective)
    engine = await asyncio.to_thread(_engine, first, tool, preference, approximate, settings)
    notes: tuple[str, ...] = ()
    if warm_up is None and (why := _cannot_warm_up(engine, first)) is not None:
        told, notes = replace(told, warm_up_s=0), (f"no warm-up was left out: {why}",)
    prober = Prober(plan, objective, told, engine, approximate, stop or asyncio.Event())
    result = await Searching(prober).run(on_ask or _nothing, on_probe or _nothing)
    return result.model_copy(update={"notes": (*result.notes, *notes)})


def _nothing(_: object) -> None:
    pass


def _cannot_warm_up(engine: EngineAdapter, plan: Plan) -> str | None:
    """Why an engine cannot leave out the warm-up of a plan, if it cannot."""
    refused = {refusal.where: refusal.why for refusal in engine.supports(plan).unsupported}
    return refused.get("load.warm_up")


def _engine(
    plan: Plan,
    tool: str | EngineAdapter,
    preference: Sequence[str],
    approximate: bool,
    settings: Mapping[str, Any] | None,
) -> EngineAdapter:
    """The engine that all probes run on."""
    if isinstance(tool, EngineAdapter):
        if settings:
            raise UsageError("settings go to an engine made by its name; this one is made already")
        return tool
    if tool == "auto":
        return choose_engine(plan, preference, approximate=approximate, settings=settings).engine
    return create_engine(tool, settings)
