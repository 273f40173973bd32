"""Tests of moments: what a machine that does other things meanwhile may delay, and by how much."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

LATE_S = 0.5
"""How much later than due something may be on a busy machine."""

TRIES = 3


def by_the_clock(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A test of a topic that may be tried again: a busy machine is late at times, an engine that is wrong always.

    What each try but the last showed is noted among the test's properties, as ``tried again``.
    """

    @functools.wraps(test)
    async def tried(self: Any, **given: Any) -> None:
        for _ in range(TRIES - 1):
            try:
                await test(self, **given)
            except AssertionError as error:
                self.forget_runs()
                self.note("tried again", f"{test.__name__}: {error}".splitlines()[0])
            else:
                return
        await test(self, **given)

    return tried
