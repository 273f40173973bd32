"""Every step of a plan as it is written in files and results, however deep it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def written_steps(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every step of a plan in its written form, in order."""
    yield from _written(plan.get("setup", ()))
    for scenario in plan.get("scenarios", ()):
        for part in ("before", "steps", "after"):
            yield from _written(scenario.get(part, ()))
    yield from _written(plan.get("teardown", ()))


def _written(steps: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for step in steps:
        yield step
        yield from _written(step.get("steps", ()))
        for choice in step.get("choose", ()):
            yield from _written(choice.get("steps", ()))
