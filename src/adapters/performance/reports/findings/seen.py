"""What rules look at: a result, its seconds, and the stretch of it in which the load stayed the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...metrics.result import RunResult
from ..run.planned import Planned, planned
from ..run.slices import Slice, slices
from ..text import cut, printable

_MOST_SLICES = 600
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as rules see it. ``steady`` are the slices of the longest stretch of the same load, if that is known."""

    result: RunResult
    parts: Sequence[Slice]
    plan: Planned | None
    steady: Sequence[Slice]


def see(result: RunResult, parts: Sequence[Slice] | None = None) -> Seen:
    """A run, prepared for rules."""
    plan = planned(result.plan)
    parts = slices(result, _MOST_SLICES) if parts is None else parts
    return Seen(result, parts, plan, _steady(result, parts, plan))


def quoted(name: str) -> str:
    """A request name or message in a sentence."""
    return f"“{cut(printable(name), _LONGEST_NAME)}”"


def _steady(result: RunResult, parts: Sequence[Slice], plan: Planned | None) -> Sequence[Slice]:
    """Where nothing was changed: by the plan, by hand, or by the end, at which requests are cut off."""
    if result.changes or not parts:
        return ()
    whole = [part for part in parts if part.end_s - part.start_s >= parts[0].end_s - parts[0].start_s]
    if plan is None:
        return whole if _has_constant_users(result) else ()
    start_s, end_s = plan.plateau()
    return [part for part in whole if part.start_s >= start_s and part.end_s <= end_s]


def _has_constant_users(result: RunResult) -> bool:
    """Whether the plan is a number of iterations, which its users share from the beginning to the end."""
    load = result.plan.get("load")
    return isinstance(load, dict) and "iterations" in load
