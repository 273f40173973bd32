"""A plan in a few words, read from its public form, as it stands in a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plan.quantity import format_duration
from .figures import UNKNOWN, count
from .text import cut, printable

_LONGEST = 160


def plan_in_words(plan: Mapping[str, Any]) -> str:
    """What is loaded: the plan's name, with its target or first URL."""
    where = plan.get("target") or next(iter(_urls(plan)), None)
    name = plan.get("name")
    told = f"{name}, {where}" if name and where else name or where
    return cut(printable(str(told)), _LONGEST) if told else UNKNOWN


def load_in_words(plan: Mapping[str, Any]) -> str:
    """How much: ``10 users for 30s, ramp-up 5s`` or ``50 iterations/s for 1m``."""
    load = plan.get("load")
    if not isinstance(load, Mapping) or not load:
        return UNKNOWN
    if "iterations" in load:
        return _iterations(load)
    return ", ".join([_stages(load) if load.get("stages") else _steady(load), *_details(load)])


def _iterations(load: Mapping[str, Any]) -> str:
    told = f"{plural(load['iterations'], 'iteration')} by {plural(load.get('users', 1), 'user')}"
    limit = load.get("max_duration")
    return told if limit is None else f"{told}, within {format_duration(limit)}"


def _steady(load: Mapping[str, Any]) -> str:
    level = f"{load['rate']:g} iterations/s" if "rate" in load else plural(load.get("users"), "user")
    return f"{level} for {format_duration(load['duration'])}" if "duration" in load else level


def _stages(load: Mapping[str, Any]) -> str:
    stages = load["stages"]
    total = format_duration(sum(stage.get("duration", 0) for stage in stages))
    if any("rate" in stage for stage in stages):
        peak = f"{max(stage.get('rate', 0) for stage in stages):g} iterations/s"
    else:
        peak = plural(max(stage.get("users", 0) for stage in stages), "user")
    return f"{plural(len(stages), 'stage')} over {total}, up to {peak}"


def _details(load: Mapping[str, Any]) -> list[str]:
    return [
        *([f"ramp-up {format_duration(load['ramp_up'])}"] if load.get("ramp_up") else []),
        *([f"warm-up {format_duration(load['warm_up'])}"] if load.get("warm_up") else []),
        *([f"at most {plural(load['max_users'], 'user')}"] if load.get("max_users") else []),
        *(["Poisson arrivals"] if load.get("arrivals") == "poisson" else []),
        *(["arrivals wait for a free user"] if load.get("when_exhausted") == "queue" else []),
    ]


def _urls(plan: Mapping[str, Any]) -> list[str]:
    steps = [step for scenario in plan.get("scenarios", ()) for step in scenario.get("steps", ())]
    return [step["url"] for step in steps if "url" in step]


def plural(number: int | None, noun: str) -> str:
    """So many of something: ``1 user``, ``2,000 users``."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"
