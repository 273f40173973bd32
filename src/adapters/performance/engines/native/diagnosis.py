"""What is known of the generator after a run: figures for the result's resources, and warnings drawn from them."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

from ...metrics.collector import MetricsCollector
from ...metrics.resources import Arrivals
from ...metrics.result import ResultWarning
from ...plan.load import OpenLoad
from ...plan.model import Plan
from .health import Health
from .processes import usable_processors
from .saturation import Signs, saturation
from .workers import Worker


def diagnose(
    plan: Plan, workers: Sequence[Worker], health: Health, collector: MetricsCollector, duration_s: float
) -> tuple[dict[str, Any], list[ResultWarning]]:
    """The resources of a run as ``metrics/resources.py`` describes them, and what they warn of."""
    done = [worker.done for worker in workers if worker.done is not None]
    processors = usable_processors()
    signs = Signs(
        duration_s=duration_s,
        latency=collector.totals().latency,
        lag=collector.lag,
        arrivals=_arrivals(plan, workers, collector),
        workers=health.workers(),
        processors=processors,
        machine_percent=health.machine_percent,
        judged=any(step.checks or step.extract for step in plan.requests()),
    )
    resources = {
        "workers": len(workers),
        "cpu_s": sum(part["cpu_s"] for part in done) if done else None,
        "python": platform.python_version(),
        "processors": processors,
        "reconnects": befell("reconnects", done),
        "tls_resumed": befell("tls_resumed", done),
        "machine_cpu_percent": signs.machine_percent,
        "health": signs.workers,
        **({"target": health.target.result()} if health.target else {}),
        **({"arrivals": signs.arrivals} if isinstance(plan.load, OpenLoad) else {}),
    }
    return resources, [*_target_gone(health), *saturation(signs)]


def befell(name: str, done: Sequence[dict[str, Any]]) -> int | None:
    """How often this befell the connections of all workers; None where it is not known."""
    counts = [part["connections"][name] for part in done if part["connections"] is not None]
    return sum(counts) if counts else None


def _arrivals(plan: Plan, workers: Sequence[Worker], collector: MetricsCollector) -> Arrivals | None:
    """What became of the arrivals; None where a worker did not live to tell."""
    parts = [worker.done for worker in workers if worker.done is not None]
    if not isinstance(plan.load, OpenLoad) or len(parts) < len(workers):
        return None
    started = collector.lag.count if collector.lag is not None else 0
    dropped, missed = collector.dropped or 0, sum(part["missed"] for part in parts)
    return {"due": started + dropped + missed, "started": started, "dropped": dropped, "missed": missed}


def _target_gone(health: Health) -> list[ResultWarning]:
    if health.target is None or not health.target.gone:
        return []
    text = f"the target process (pid {health.target.pid}) ended during the run"
    return [ResultWarning(code="TargetEnded", message=text)]
