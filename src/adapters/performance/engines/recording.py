"""Raw samples of a run: the file is opened before the load starts, filled, and told of in the result.

They hold the warm-up as well, which is in no figure of the result: ``end_s`` tells which it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..metrics.collector import MetricsCollector
from ..metrics.raw.sink import SampleSink
from ..metrics.result import ResultWarning
from ..plan.model import Plan
from .contract import RunContext


@contextlib.contextmanager
def recorded(plan: Plan, collector: MetricsCollector, ctx: RunContext) -> Iterator[None]:
    """Raw samples go where the plan says while the block runs; ReportError, before it does, when they cannot."""
    settings = plan.options.samples
    if settings is None:
        yield
        return
    sink = ctx.samples = SampleSink(settings, seed=plan.options.seed)
    collector.sample_sink = sink.add
    try:
        yield
    finally:
        collector.sample_sink = ctx.samples = None
        sink.close()


def sample_figures(sink: SampleSink | None) -> dict[str, Any]:
    """What the result says of a file of raw samples that is closed."""
    if sink is None:
        return {}
    settings = sink.settings
    return {"samples": {"file": str(settings.file), "rows": sink.rows, "ratio": settings.ratio}}


def sample_warnings(sink: SampleSink | None, collector: MetricsCollector) -> list[ResultWarning]:
    """A warning when a file of raw samples that is closed does not hold all that it should."""
    if sink is None:
        return []
    problem = sink.problem
    warm_up = collector.warm_up
    requests = collector.totals().requests + (warm_up.requests if warm_up else 0)
    if problem is None and sink.requests != requests:
        problem = f"the engine told of {sink.requests} requests one by one, and of {requests} in all"
    if problem is None:
        return []
    text = f"{sink.settings.file} holds {sink.rows} rows, and not all it should: {problem}"
    return [ResultWarning(code="SamplesIncomplete", message=text)]
