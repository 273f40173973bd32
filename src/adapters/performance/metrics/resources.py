"""The shape of ``resources`` in a result of the native engine: plain data about the generator and the target.

``workers``, their number; ``cpu_s`` of all workers together, start-up excluded; ``python``; ``processors`` that may be
used; ``machine_cpu_percent``, how busy all processors of the machine were, whatever with; ``health``, a `WorkerHealth`
for each worker; ``target``, a `ProcessUse`, when one was watched; ``arrivals``, an `Arrivals`, in the open model.

Processes are looked at once a second. None is not known. CPU of a process is in percent of one core.
"""

from __future__ import annotations

from typing import TypedDict


class ProcessUse(TypedDict):
    """What one process used during the run, its children not included."""

    pid: int
    cpu_percent_mean: float | None
    cpu_percent_max: float | None
    """The most in any second; None in a run that took less than one."""
    rss_max_bytes: int | None
    open_files_max: int | None
    """File descriptors, sockets among them."""


class LoopLag(TypedDict):
    """How late timers of an event loop fired, in milliseconds; one is due ten times a second."""

    mean: float | None
    p50: float | None
    p99: float | None
    max: float | None


class WorkerHealth(ProcessUse):
    """One worker process; what it could not report because it died or hung is None."""

    worker: int
    loop_lag_ms: LoopLag


class Arrivals(TypedDict):
    """What became of the arrivals of the open model that were due before the end: due = started + dropped + missed.

    Dropped are those that found every user busy; missed are those that the generator was too late for.
    """

    due: int
    started: int
    dropped: int
    missed: int
