"""What each engine is on this machine, and what it makes of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..engines.contract import Availability, Refusal, Support
from ..engines.registry import create_engine, engine_names
from ..errors import PolyloadError
from ..plan.model import Plan


@dataclass(frozen=True, slots=True)
class Entry:
    """An engine as it was found; ``support`` is None when no plan was asked about or the engine is broken."""

    name: str
    availability: Availability
    support: Support | None
    approximate: bool = False

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why the engine does not carry out the plan."""
        if self.support is None:
            return ()
        return self.support.unsupported + (() if self.approximate else self.support.approximated)

    @property
    def carries_out(self) -> bool | None:
        """Whether the engine carries out the plan, be it here or not; None when that is not known."""
        return None if self.support is None else not self.refusals

    @property
    def takes_plan(self) -> bool:
        """Whether the engine is here and carries out the plan."""
        return self.availability.available and self.carries_out is True

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; what is not known is null."""
        found = self.availability
        data: dict[str, Any] = {
            "name": self.name,
            "installed": found.available,
            "version": found.version,
            "path": found.path,
            "reason": found.reason,
            "install": found.install,
        }
        if self.support is None:
            return data
        return {
            **data,
            "carries_out": self.carries_out,
            "unsupported": _dicts(self.support.unsupported),
            "approximated": _dicts(self.support.approximated),
            "left_out": _dicts(self.support.left_out),
        }


def survey(plan: Plan | None = None, *, approximate: bool = False) -> list[Entry]:
    """Every engine in order of preference; one that cannot be loaded is listed with the reason."""
    return [_entry(name, plan, approximate) for name in engine_names()]


def _entry(name: str, plan: Plan | None, approximate: bool) -> Entry:
    try:
        engine = create_engine(name)
    except PolyloadError as error:
        return Entry(name, Availability(False, reason=error.message), None, approximate)
    return Entry(name, engine.detect(), None if plan is None else engine.supports(plan), approximate)


def _dicts(refusals: tuple[Refusal, ...]) -> list[dict[str, str]]:
    return [{"feature": refusal.feature, "where": refusal.where, "why": refusal.why} for refusal in refusals]
