"""An entry of a comparison or a suite: a plan, what runs it, and the service it is run against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engines.contract import EngineAdapter
from ..plan.base import Model
from ..plan.model import Plan
from ..plan.reading import plan_beside
from .service import Service


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan and what runs it; ``service`` is started before each run and ended after it."""

    plan: Plan
    tool: str | EngineAdapter = "auto"
    service: Service | None = None
    preference: Sequence[str] = ()
    approximate: bool = False


class WrittenEntry(Model):
    """An entry as it stands in a file: ``plan`` is a path, looked up beside that file, or the plan itself."""

    plan: str | dict[str, Any]
    tool: str | None = None
    approximate: bool = False

    def read_plan(self, folder: Path, *, source: str) -> Plan:
        """The plan; PlanError names the file, the field and what is wrong with it."""
        if isinstance(self.plan, str):
            return Plan.from_file(folder / self.plan)
        return plan_beside(self.plan, folder, source=f"{source}.plan")


def with_plans_alone(entries: Any) -> Any:
    """Entries of which some are the path of a plan and nothing else, all in full."""
    if not isinstance(entries, Mapping):
        return entries
    return {name: {"plan": entry} if isinstance(entry, str) else entry for name, entry in entries.items()}
