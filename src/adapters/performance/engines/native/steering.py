"""Passing on to all workers, for the same moment, what is to change in a run under way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter

from ...errors import UsageError
from ...metrics.changes import ChangeKind
from ..steering import Steering
from .workers import Worker

_DELAY_S = 0.02
"""How long from now a change holds, so that it reaches every worker before."""


async def steer(workers: Sequence[Worker], steering: Steering, start: float) -> None:
    """Carries out wishes until they are closed; ``start`` is the moment (perf_counter) at which the run begins.

    What is wished before that holds from the beginning. Each worker takes its share of users and arrivals from totals.
    """

    async def take(what: ChangeKind, value: int | float | None) -> float:
        now = perf_counter()
        at = start if now < start else now + _DELAY_S
        message = {"change": what, "value": value, "at": at}
        changed = await asyncio.gather(*(worker.change(message) for worker in workers))
        if not any(changed):
            raise UsageError(
                "the load is over: only requests in flight were left, and nothing can be changed"
            )
        return at - start

    await steering.carry_out(take)
