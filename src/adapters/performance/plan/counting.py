"""How many requests an iteration sends in the mean."""

from __future__ import annotations

from collections.abc import Iterable
from operator import mul

from .flow import Choose, ForEach, Repeat, Step, Times, While
from .model import Scenario
from .steps import Request
from .walk import blocks_in


def requests_per_iteration(scenarios: Iterable[Scenario]) -> float | None:
    """How many requests an iteration sends in the mean, redirects not counted; None when that depends on the run."""
    weights, requests = 0.0, 0.0
    for scenario in scenarios:
        sent = _requests_in(scenario.steps)
        if sent is None:
            return None
        weights += scenario.weight
        requests += scenario.weight * sent
    return requests / weights if weights else None


def _requests_in(steps: Iterable[Step]) -> float | None:
    """How many requests these steps send in the mean, each once whatever is tried again."""
    sent = [_requests_of(step) for step in steps]
    known = [count for count in sent if count is not None]
    return sum(known) if len(known) == len(sent) else None


def _requests_of(step: Step) -> float | None:
    inside = [_requests_in(steps) for _, steps in blocks_in(step)]
    if isinstance(step, Request):
        inside = [1.0]
    if not any(inside) and None not in inside:
        return 0.0
    if step.run_if is not None or step.skip_if is not None or None in inside:
        return None
    counts = [count or 0.0 for count in inside]
    match step:
        case Repeat(repeat=int() as times):
            return times * counts[0]
        case Repeat(repeat=Times() as times):
            return (times.min + times.max) / 2 * counts[0]
        case ForEach(for_each=tuple() as items):
            return len(items) * counts[0]
        case Repeat() | While() | ForEach():
            return None
        case Choose(choose=choices):
            weights = [choice.weight for choice in choices]
            return float(sum(map(mul, weights, counts)) / sum(weights))
    return counts[0]
