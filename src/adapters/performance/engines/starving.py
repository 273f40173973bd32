"""Feeds whose unique rows ran out, in words that are the same on every engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..metrics.result import ResultWarning
from ..plan.model import Plan


def why_starved(plan: Plan, starved: Mapping[str, int]) -> str | None:
    """Why the run has failed, where the plan says that it has when rows run out; ``starved`` is by feed."""
    for feed, count in starved.items():
        if plan.data[feed].on_end == "fail":
            return f"the unique rows of data.{feed} ran out: {_iterations(count)} found none (on_end: fail)"
    return None


def starved_warnings(plan: Plan, starved: Mapping[str, int]) -> Iterator[ResultWarning]:
    """That the load ended because rows had run out, as the plan says."""
    for feed in starved:
        if plan.data[feed].on_end == "stop":
            message = f"every row of data.{feed} was used once; then the load ended (on_end: stop)"
            yield ResultWarning(code="RowsUsedUp", message=message)


def _iterations(count: int) -> str:
    return "1 iteration" if count == 1 else f"{count} iterations"
