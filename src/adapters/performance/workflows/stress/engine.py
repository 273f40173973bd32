"""Whether the steps of a stress test can be stages of one run, on the engine that will run them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engines.contract import EngineAdapter
from ...engines.registry import choose_engine, create_engine
from ...errors import UnsupportedFeature
from ...plan.model import Plan
from .ladder import Ladder


def takes_stages(
    plan: Plan,
    ladder: Ladder,
    *,
    tool: str | EngineAdapter = "auto",
    preference: Sequence[str] = (),
    approximate: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> bool:
    """Whether the engine of that name, or one that ``auto`` would choose, carries out all steps in one run."""
    staged = plan.model_copy(update={"load": ladder.load()})
    if tool == "auto":
        try:
            choose_engine(staged, preference, approximate=approximate, settings=settings)
        except UnsupportedFeature:
            return False
        return True
    engine = tool if isinstance(tool, EngineAdapter) else create_engine(tool, settings)
    support = engine.supports(staged)
    refused = support.unsupported + (() if approximate else support.approximated)
    return all(refusal.feature != "load.stages" for refusal in refused)
