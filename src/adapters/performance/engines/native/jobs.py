"""What each worker is told to do: its share of a plan, and how it sends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...metrics.result import ResultWarning
from ...plan.load import OpenLoad
from ...plan.model import Plan
from ..program.compile import compile_plan
from .limits import check_limits, files_needed, system_limits
from .processes import Processes, usable_processors, worker_count
from .shape import share

Job = dict[str, Any]


def worker_jobs(
    plan: Plan, processes: Processes, *, sender: str, folder: Path, sampled: bool = False
) -> list[Job]:
    """A job for each worker, as ``worker.py`` reads it; rows come from ``folder``, raw samples, if wanted, go there."""
    program = compile_plan(plan, folder=folder)
    users, app, shared = program["load"]["users"], plan.options.app, program["options"]["shared"]
    workers = worker_count(processes, users, usable_processors(), app=app is not None)
    workers = min(workers, shared or workers)
    common = {
        "program": program,
        "workers": workers,
        "sender": sender,
        "app": app,
        "samples": _samples_job(plan, folder) if sampled else None,
        "files": 0 if app else files_needed(program, workers),
    }
    parts = [shared and share(shared, number, workers) for number in range(workers)]
    return [{**common, "worker": number, "shared": part} for number, part in enumerate(parts)]


def check_jobs(plan: Plan, jobs: Sequence[Job]) -> list[ResultWarning]:
    """UsageError, or a warning, when the system does not allow what the users of a plan need."""
    if plan.options.app:
        return []
    certain = not isinstance(plan.load, OpenLoad) or plan.load.max_users is not None
    return check_limits(jobs[0]["program"], len(jobs), system_limits(), certain=certain)


def _samples_job(plan: Plan, folder: Path) -> dict[str, Any] | None:
    """What a worker must know of raw samples, which it leaves in a folder; None when they are not wanted."""
    if plan.options.samples is None:
        return None
    return {"ratio": plan.options.samples.ratio, "seed": plan.options.seed, "folder": str(folder)}
