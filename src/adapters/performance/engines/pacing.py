"""What is said of iterations that took longer than their pacing."""

from __future__ import annotations

from ..metrics.result import ResultWarning


def pacing_warnings(late: int) -> list[ResultWarning]:
    """A warning when ``late`` iterations, the warm-up's included, began later than so long after the ones before."""
    if not late:
        return []
    text = f"{late} iterations took longer than their pacing, so that the next began late; add users or lengthen it"
    return [ResultWarning(code="PacingMissed", message=text)]
