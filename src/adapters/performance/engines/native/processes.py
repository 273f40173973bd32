"""How many worker processes a load gets."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Literal

from ...errors import UsageError

Processes = int | Literal["auto"]
_USERS_EACH = 10
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def check_processes(processes: Processes) -> Processes:
    """The setting itself; UsageError when it is neither a whole number from 1 on nor ``auto``."""
    if processes == "auto" or (type(processes) is int and processes >= 1):
        return processes
    raise UsageError(f"processes must be 'auto' or a whole number from 1 on, not {processes!r}")


def worker_count(processes: Processes, users: int, processors: int, *, app: bool = False) -> int:
    """How many workers there are: never more than users, so that each has work.

    ``auto`` is one for each processor that may be used, but none for fewer than ten users: below that a second
    process adds little, and arrivals, which are dealt to the workers in turn, would find a worker's few users busy
    while another's are free. An application that is called in the generator gets one, since its state is its own.
    """
    if processes != "auto":
        return min(processes, users)
    return 1 if app else max(1, min(processors, users // _USERS_EACH))


def usable_processors() -> int:
    """The processors that this process may use, by its affinity and the quota of its control group."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return max(1, min(len(allowed), _quota()))


def _quota() -> int:
    """The processors that a container may use, from its control group's ``QUOTA PERIOD``; any number without one."""
    try:
        quota, period = _QUOTA.read_text().split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # there is none, or its quota is "max"
        return sys.maxsize
