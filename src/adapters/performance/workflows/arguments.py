"""What callers give in Python, as plans and entries: the arguments of ``load_test``, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..engines.contract import EngineAdapter
from ..errors import UsageError
from ..plan.model import Plan
from .entry import Entry

AMOUNTS = ("users", "duration", "ramp_up", "warm_up", "rate", "max_users", "iterations")
_OWN = (
    *AMOUNTS,
    "target_url",
    "load",
    "plan",
    "thresholds",
    "options",
)  # the others are fields of the request

Given: TypeAlias = "Plan | str | Path | Mapping[str, Any]"


def plan_from(given: Mapping[str, Any], *, source: str = "load_test") -> Plan:
    """The plan that arguments of ``load_test`` stand for; None is not given. Errors name the ``source``."""
    fields = {name: value for name, value in given.items() if value is not None or name not in _OWN}
    plan = fields.pop("plan", None)
    if plan is None:
        return _for_url(fields, source)
    beside = [name for name, value in fields.items() if value != ()]
    if beside:
        raise UsageError(
            f"{source}: a plan says everything, and {', '.join(beside)} is given beside it",
            hint="give either a plan or a target_url with its settings",
        )
    return plan if isinstance(plan, Plan) else Plan.from_file(plan)


def _for_url(fields: dict[str, Any], source: str) -> Plan:
    amounts = {name: fields.pop(name) for name in AMOUNTS if name in fields}
    load = fields.pop("load", None)
    if load is not None and amounts:
        raise UsageError(
            f"{source}: a load says how much: give either load or users, duration and the like",
            hint=f"leave out {', '.join(amounts)}, or the load",
        )
    target_url = fields.pop("target_url", None)
    if target_url is None:
        raise UsageError(f"{source} needs a target_url or a plan")
    plan = {
        "load": _load(**amounts) if load is None else dict(load),
        "thresholds": fields.pop("thresholds", ()),
        "options": dict(fields.pop("options", {})),
        "scenarios": [{"steps": [{"url": target_url, **fields}]}],
    }
    return Plan.from_dict(plan, source=source)


def _load(
    duration: float | str | None = None,
    iterations: int | None = None,
    **amounts: Any,
) -> dict[str, Any]:
    """A load with the defaults of a URL: 10 users for 60 s."""
    if iterations is not None:
        sharing = min(10, iterations) if isinstance(iterations, int) else 10
        bound = {} if duration is None else {"max_duration": duration}
        return {"users": sharing, "iterations": iterations, **bound, **amounts}
    default = {} if "rate" in amounts else {"users": 10}
    return {**default, "duration": 60 if duration is None else duration, **amounts}


@dataclass(frozen=True, slots=True)
class Runner:
    """What runs plans that name no engine of their own."""

    tool: str | EngineAdapter
    preference: tuple[str, ...]
    approximate: bool

    def entries(self, given: Mapping[str, Given]) -> dict[str, Entry]:
        """Entries by name: each a plan, the path of one, a URL, or arguments with ``tool`` and ``service``."""
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise UsageError(
                f"names and what stands for each are needed, not {type(given).__name__}",
                hint="give a mapping such as {'old': plan, 'new': other_plan}",
            )
        return {name: self._entry(name, value) for name, value in given.items()}

    def _entry(self, name: str, given: Given) -> Entry:
        from .comparison.reading import service_from

        if not isinstance(given, Mapping):
            given = {"target_url" if isinstance(given, str) and "://" in given else "plan": given}
        fields = dict(given)
        tool, service = fields.pop("tool", self.tool), fields.pop("service", None)
        return Entry(
            plan=plan_from(fields, source=name),
            tool=tool,
            service=None if service is None else service_from(service, source=f"{name}: service"),
            preference=self.preference,
            approximate=self.approximate,
        )
