"""A benchmark on an engine: a plan of one request, whose raw samples are read afterwards."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import numpy as np

from ...metrics.raw.reading import RawSamples, read_samples
from ...metrics.result import RunResult
from ...metrics.summary import ErrorCount, error_counts
from ...metrics.window import MAX_MESSAGE
from ...plan.model import Plan
from ...plan.reading import with_samples
from ..handle import RunHandle
from .columns import Columns
from .figures import figures_of, rows_of
from .request import Errand
from .result import HttpBenchmarkResult

Start = Callable[[Plan], AbstractAsyncContextManager[RunHandle]]


async def benchmark_by_engine(
    errand: Errand, start: Start, *, keep_rows: bool = False
) -> HttpBenchmarkResult:
    """Has an engine send the requests, by way of ``start``, which runs a plan, and returns the figures."""
    plan = plan_of(errand)
    with tempfile.TemporaryDirectory(prefix="polyload-benchmark-") as folder:
        file = Path(folder, "requests.npz")
        async with start(with_samples(plan, file, 1.0, source="benchmark")) as run:
            result = await run
        samples = await asyncio.to_thread(read_samples, file)
    return result_of(errand, plan, result, samples, keep_rows=keep_rows)


def plan_of(errand: Errand) -> Plan:
    """The plan that sends exactly the requests of a benchmark, those of its warm-up among them."""
    data: dict[str, Any] = {
        "scenarios": [{"steps": [{"method": errand.method, "url": errand.url, **errand.fields}]}],
        "load": {"iterations": errand.sends, "users": errand.concurrency},
        "options": {} if errand.timeout_s is None else {"timeout": errand.timeout_s},
    }
    return Plan.from_dict(data, source="benchmark")


def result_of(
    errand: Errand, plan: Plan, result: RunResult, samples: RawSamples, *, keep_rows: bool
) -> HttpBenchmarkResult:
    """The figures of a run that an engine made."""
    columns = _columns(samples)
    figures = figures_of(columns, errand.warm_up)
    request = plan.requests()[0]
    return HttpBenchmarkResult(
        success=result.stopped == "completed" and figures["requests"] > 0 and not figures["failures"],
        reason=_reason(result, figures),
        stopped=result.stopped,
        method=request.method,
        url=request.label.partition(" ")[2],
        concurrency=errand.concurrency,
        warm_up=errand.warm_up,
        started_at=result.started_at,
        errors=_errors(result, columns, errand.warm_up),
        measured=f"by the engine {result.engine.name}: {result.engine.semantics.latency}",
        warnings=result.warnings,
        rows=tuple(rows_of(columns, errand.warm_up)) if keep_rows else None,
        **figures,
    )


def _reason(result: RunResult, figures: dict[str, Any]) -> str | None:
    if result.stopped != "completed":
        return result.reason
    if not figures["requests"]:
        return "no request was measured"
    if figures["failures"]:
        return f"{figures['failures']} of {figures['requests']} requests failed"
    return None


def _errors(result: RunResult, columns: Columns, warm_up: int) -> tuple[ErrorCount, ...]:
    """The ways in which requests failed. Rows tell only the kind: with a warm-up, the messages are all of that kind."""
    told = result.summary.errors
    if not warm_up:
        return told
    kinds = Counter(kind for kind in columns.in_order().after(warm_up).failure if kind is not None)
    messages = {kind: [error.message for error in told if error.kind == kind] for kind in kinds}
    return error_counts({(kind, "; ".join(messages[kind])[:MAX_MESSAGE]): n for kind, n in kinds.items()})


def _columns(samples: RawSamples) -> Columns:
    """The rows of a file of raw samples; an engine does not tell of requests that its connections sent again."""
    status = samples["status"].astype(np.float64)
    answered = ~np.isnan(status)
    return Columns(
        end_s=samples["end_s"],
        total_ns=samples["latency_ns"],
        first_byte_ns=np.where(answered, samples["ttfb_ns"], np.nan),
        connect_ns=samples["connect_ns"],
        status=status,
        received=samples["bytes_received"],
        tries=np.full(len(samples), np.nan),
        failure=list(samples["error"]),
    )
