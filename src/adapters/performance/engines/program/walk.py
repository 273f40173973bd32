"""Every step of a program: the one place that goes through its steps in steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Compiled = dict[str, Any]


def every_step(program: Compiled) -> Iterator[Compiled]:
    """Every step of a program, however deep it lies."""
    yield from _inside(program["setup"])
    for scenario in program["scenarios"]:
        for part in ("before", "steps", "after"):
            yield from _inside(scenario[part])
    yield from _inside(program["teardown"])


def nested(step: Compiled) -> list[list[Compiled]]:
    """The lists of steps in a step of a program."""
    if step["kind"] == "choose":
        return [choice["steps"] for choice in step["choices"]]
    return [step["steps"]] if "steps" in step else []


def _inside(steps: Iterable[Compiled]) -> Iterator[Compiled]:
    for step in steps:
        yield step
        for inner in nested(step):
            yield from _inside(inner)
