"""Steps of a plan as steps of a program, those in steps included; what a request is, is said elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...plan.failing import Retry
from ...plan.flow import Choose, ForEach, Group, Repeat, Set, Step, Times, While
from ...plan.pause import NormalPause, Pause, PauseRange, PoissonPause
from ...plan.steps import Request
from .conditions import compile_condition
from .texts import Texts

Compiled = dict[str, Any]


class Steps:
    """Makes steps of a program; ``request`` makes one of a request, given what its user does when it failed."""

    def __init__(self, texts: Texts, request: Callable[[Request], Compiled]) -> None:
        self._texts = texts
        self._request = request

    def compiled(self, steps: Iterable[Step], on_failure: str) -> list[Compiled]:
        """Steps one after the other; ``on_failure`` is for requests that do not say it themselves."""
        return [
            {
                **self._step(step, on_failure),
                "run_if": compile_condition(step.run_if, self._texts),
                "skip_if": compile_condition(step.skip_if, self._texts),
            }
            for step in steps
        ]

    def _step(self, step: Step, on_failure: str) -> Compiled:
        value = self._texts.value
        match step:
            case Request():
                policy = step.on_failure or on_failure
                return {**self._request(step), "retry": _retry(step.retry), "on_failure": policy}
            case Pause():
                return {"kind": "pause", **_think_time(step)}
            case Set():
                return {"kind": "set", "set": [[name, value(given)] for name, given in step.set.items()]}
            case Choose():
                choices = [
                    {"weight": choice.weight, "steps": self.compiled(choice.steps, on_failure)}
                    for choice in step.choose
                ]
                return {"kind": "choose", "choices": choices}
        return {**self._block(step), "steps": self.compiled(step.steps, on_failure)}

    def _block(self, step: Group | Repeat | While | ForEach) -> Compiled:
        match step:
            case Group():
                return {"kind": "group", "name": step.group, "pauses": step.pauses}
            case Repeat():
                return {"kind": "repeat", **self._times(step.repeat)}
            case While():
                return {
                    "kind": "while",
                    "while": compile_condition(step.while_, self._texts),
                    "max": step.max,
                }
            case ForEach():
                given = step.for_each if isinstance(step.for_each, str) else list(step.for_each)
                why = f"{step.for_each} was no list"
                return {"kind": "for_each", "items": self._texts.value(given), "as": step.as_, "skipped": why}

    def _times(self, repeat: int | Times | str) -> Compiled:
        match repeat:
            case int():
                return {"min": repeat, "max": repeat, "times": None}
            case Times():
                return {"min": repeat.min, "max": repeat.max, "times": None}
        why = f"{repeat} was no whole number from 0 on"
        return {"min": 0, "max": 0, "times": self._texts.value(repeat), "skipped": why}


def _retry(retry: Retry | None) -> Compiled | None:
    if retry is None:
        return None
    return {"waits_s": retry.waits_s(), "statuses": retry.statuses(), "causes": retry.causes()}


def _think_time(step: Pause) -> Compiled:
    match step.pause:
        case PauseRange() as span:
            return {"law": "uniform", "min_s": span.min, "max_s": span.max}
        case NormalPause() as normal:
            return {"law": "normal", "mean_s": normal.mean, "stdev_s": normal.stdev}
        case PoissonPause() as gaps:
            return {"law": "exponential", "mean_s": gaps.poisson}
        case seconds:
            return {"law": "uniform", "min_s": seconds, "max_s": seconds}
