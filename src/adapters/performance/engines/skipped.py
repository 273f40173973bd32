"""What a result says of steps that could not be done."""

from __future__ import annotations

from collections.abc import Mapping

from ..metrics.result import ResultWarning


def skipped_warnings(counts: Mapping[str, int]) -> list[ResultWarning]:
    """A warning when steps were skipped, so often by why."""
    if not counts:
        return []
    reasons = "; ".join(f"{count} times {why}" for why, count in counts.items())
    return [ResultWarning(code="StepsSkipped", message=f"steps were skipped: {reasons}")]
