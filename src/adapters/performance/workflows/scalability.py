"""How throughput grows with the number of users: measured in the closed model, and the law fitted to it.

The Universal Scalability Law (Gunther 2007) is about throughput at a given concurrency, which only the closed model
sets. A level that the generator limited, or that had failures, says nothing of the target's own throughput and is left
out of the fit; the load of the highest throughput is told only where it was measured past seven tenths of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from ..errors import UsageError
from ..metrics.document import Document, ResultModel
from ..metrics.result import EngineInfo, RunResult
from ..plan.load import ClosedLoad
from ..plan.masking import public_dict
from ..plan.model import Plan
from ..stats import fit_usl
from .capacity.plans import base_plan
from .capacity.probe import Stretch, achieved_rate
from .capacity.settings import whole_seconds
from .entry import Entry
from .measured import measured

DEFAULT_USERS = (1, 2, 4, 8, 16, 32)
_MOST_FAILURES = 0.01
_LIMITED = ("GeneratorBusy", "GeneratorSaturated")


class Level(ResultModel):
    """One number of users: iterations finished per second, times in ms; ``left_out`` says why it is not in the fit."""

    users: int
    throughput: float | None
    mean_ms: float | None
    p99_ms: float | None
    error_rate: float | None
    left_out: str | None = None


class Law(ResultModel):
    """The fitted law, see ``stats.UslFit``; the peak is None where there is none, or it was not measured far enough."""

    rate_of_one: float
    contention: float
    coherency: float
    r_squared: float | None
    peak_users: float | None
    peak_throughput: float | None
    doubts: tuple[str, ...]


class ScalabilityResult(Document):
    """Throughput by number of users, and the law where it could be fitted; ``law_reason`` says why not.

    ``stopped``: *completed*, or *interrupted* with the levels that were measured until then.
    """

    schema_name: Literal["polyload.scalability/1"] = Field(default="polyload.scalability/1", alias="schema")
    stopped: Literal["completed", "interrupted"]
    levels: tuple[Level, ...]
    law: Law | None
    law_reason: str | None
    probe_s: int
    warm_up_s: int
    engine: EngineInfo | None
    plan: dict[str, Any]
    started_at: AwareDatetime
    duration_s: float

    @property
    def exit_code(self) -> int:
        """0 the law could be fitted · 1 it could not · 130 interrupted."""
        return 130 if self.stopped == "interrupted" else 0 if self.law is not None else 1


async def measure_scalability(
    entry: Entry,
    users: Sequence[int] = DEFAULT_USERS,
    *,
    probe: float | str = 10.0,
    warm_up: float | str = 2.0,
    on_level: Callable[[Level], None] | None = None,
    stop: asyncio.Event | None = None,
) -> ScalabilityResult:
    """Measures throughput with each of these numbers of users, and fits the Universal Scalability Law.

    Each level is measured for ``probe`` seconds after a ``warm_up``; the load and the thresholds of the entry's plan
    are left out. ``on_level`` is called after each; setting ``stop`` ends the level under way, which is not kept.
    UsageError unless the numbers of users rise from at least 1.
    """
    probe_s, warm_up_s = _checked(users, probe, warm_up)
    stop = stop or asyncio.Event()
    started_at, began = datetime.now(UTC), perf_counter()
    levels: list[Level] = []
    engine: EngineInfo | None = None
    for number in users:
        load = ClosedLoad(users=number, duration=probe_s + warm_up_s, warm_up=warm_up_s)
        plan = entry.plan.model_copy(update={"load": load, "thresholds": ()})
        result = await measured(replace(entry, plan=plan), stop)
        engine = result.engine
        if stop.is_set():
            break
        levels.append(_level(number, result, Stretch(number, warm_up_s, warm_up_s + probe_s, probe_s)))
        if on_level is not None:
            on_level(levels[-1])
    law, reason = _fitted(levels)
    return ScalabilityResult(
        stopped="interrupted" if stop.is_set() else "completed",
        levels=tuple(levels),
        law=law,
        law_reason=reason,
        probe_s=probe_s,
        warm_up_s=warm_up_s,
        engine=engine,
        plan={
            name: part for name, part in public_dict(entry.plan).items() if name not in ("load", "thresholds")
        },
        started_at=started_at,
        duration_s=perf_counter() - began,
    )


def plan_to_scale(target: str | Path | Plan, request: Mapping[str, Any]) -> Plan:
    """The plan whose load is replaced: a plan, the file of one, or a URL with further fields of the request."""
    return base_plan(target, request, source="scalability")


def _checked(users: Sequence[int], probe: float | str, warm_up: float | str) -> tuple[int, int]:
    whole = all(type(number) is int for number in users)
    if not users or not whole or users[0] < 1 or any(high <= low for low, high in pairwise(users)):
        raise UsageError(
            f"users are whole numbers that rise from at least 1, not {list(users)}",
            hint="such as 1, 2, 4, 8, 16, 32",
        )
    return whole_seconds("probe", probe, least=1), whole_seconds("warm_up", warm_up, least=0)


def _level(users: int, result: RunResult, stretch: Stretch) -> Level:
    summary = result.summary
    return Level(
        users=users,
        throughput=achieved_rate(result, stretch),
        mean_ms=summary.latency_ms.mean,
        p99_ms=summary.latency_ms.p99,
        error_rate=summary.error_rate,
        left_out=next(_objections(result), None),
    )


def _objections(result: RunResult) -> Iterator[str]:
    if result.stopped != "completed":
        yield result.reason or "the run did not complete"
    if not result.summary.requests:
        yield "nothing was measured"
    if (result.summary.error_rate or 0) >= _MOST_FAILURES:
        yield f"{100 * (result.summary.error_rate or 0):.3g}% of the requests failed"
    for warning in result.warnings:
        if warning.code in _LIMITED:
            yield warning.message


def _fitted(levels: Sequence[Level]) -> tuple[Law | None, str | None]:
    fit = [(level.users, level.throughput) for level in levels if level.throughput and level.left_out is None]
    try:
        law = fit_usl([users for users, _ in fit], [rate for _, rate in fit])
    except ValueError as error:
        return None, str(error)
    known = law.peak_supported
    return Law(
        rate_of_one=law.rate_of_one,
        contention=law.contention,
        coherency=law.coherency,
        r_squared=law.r_squared,
        peak_users=law.peak_load if known else None,
        peak_throughput=law.peak_throughput if known else None,
        doubts=law.doubts,
    ), None
