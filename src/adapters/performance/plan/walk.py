"""Every step of a plan, however deep it lies, and where: the one place that goes through steps in steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from .flow import Block, Choose, Step

if TYPE_CHECKING:
    from .model import Plan

Part = Literal["setup", "before", "steps", "after", "teardown"]
"""``steps`` are those of iterations; all others are done once."""


class Placed(NamedTuple):
    """A step, where it stands as a path of the plan's fields, in which part, and in how many other steps."""

    step: Step
    where: str
    part: Part
    depth: int


def placed_steps(plan: Plan) -> Iterator[Placed]:
    """Every step of a plan, in order; one with steps in it comes before them."""
    yield from _walk(plan.setup, "setup", "setup")
    for number, scenario in enumerate(plan.scenarios):
        parts: tuple[tuple[Part, Iterable[Step]], ...] = (
            ("before", scenario.before),
            ("steps", scenario.steps),
            ("after", scenario.after),
        )
        for part, steps in parts:
            yield from _walk(steps, f"scenarios.{number}.{part}", part)
    yield from _walk(plan.teardown, "teardown", "teardown")


def blocks_in(step: Step) -> list[tuple[str, tuple[Step, ...]]]:
    """The lists of steps in a step, and where in it they stand."""
    match step:
        case Block():
            return [("steps", step.steps)]
        case Choose():
            return [(f"choose.{number}.steps", choice.steps) for number, choice in enumerate(step.choose)]
    return []


def _walk(steps: Iterable[Step], where: str, part: Part, depth: int = 0) -> Iterator[Placed]:
    for number, step in enumerate(steps):
        place = f"{where}.{number}"
        yield Placed(step, place, part, depth)
        for inside, nested in blocks_in(step):
            yield from _walk(nested, f"{place}.{inside}", part, depth + 1)
