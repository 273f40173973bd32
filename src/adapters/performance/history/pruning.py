"""Which runs go when a history is pruned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..errors import UsageError
from .runs import StoredRun


def doomed(runs: Sequence[StoredRun], *, keep: int | None, before: datetime | None) -> list[StoredRun]:
    """Of runs, newest first, those beyond the newest ``keep`` that began ``before`` a moment."""
    if keep is None and before is None:
        raise UsageError("nothing says which runs to remove", hint="give --keep N, --older-than 90d, or both")
    if keep is not None and keep < 0:
        raise UsageError(f"{keep} runs cannot be kept")
    return [run for run in runs[keep or 0 :] if before is None or run.started_at < before]
