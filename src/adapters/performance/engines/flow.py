"""What a result says of a plan's flow: steps that could not be done, and users that a failure stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..metrics.result import ResultWarning


def flow_warnings(skipped: Mapping[str, int], stopped_users: int) -> Iterator[ResultWarning]:
    """A warning when steps were skipped, so often by why, and one when users were stopped."""
    if skipped:
        reasons = "; ".join(f"{count} times {why}" for why, count in skipped.items())
        yield ResultWarning(code="StepsSkipped", message=f"steps were skipped: {reasons}")
    if stopped_users:
        yield ResultWarning(code="UsersStopped", message=stopped_in_words(stopped_users))


def stopped_in_words(users: int) -> str:
    """That so many users were stopped."""
    return f"{users} {'users were' if users > 1 else 'user was'} stopped by a failure, as on_failure says"
