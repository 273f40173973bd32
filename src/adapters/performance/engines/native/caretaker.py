"""The worker that does a plan's setup and teardown, as the parent sees it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import EngineFailed
from ...metrics.collector import MetricsCollector
from ...metrics.result import ResultWarning
from ...metrics.window import Window
from .jobs import Job
from .workers import Worker


class Caretaker:
    """Does what is done once; ``failure`` says why setup failed, if it did, and ``variables`` what it left."""

    def __init__(
        self, program: Mapping[str, Any], worker: Worker | None, collector: MetricsCollector
    ) -> None:
        self._program = program
        self._worker = worker
        self._collector = collector
        self.variables: dict[str, Any] = {}
        self.failure: str | None = None
        self.skipped: Counter[str] = Counter()
        self._set_up = False
        self._trouble: str | None = None

    async def set_up(self, stop: asyncio.Event) -> bool:
        """Does the setup, if there is one; whether there may be a load then."""
        if self._program["setup"]:
            doing = asyncio.ensure_future(self._do("setup"))
            stopping = asyncio.ensure_future(stop.wait())
            try:
                await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not doing.done():
                    return False
                self.failure = doing.result()
            finally:
                doing.cancel()
                stopping.cancel()
        self._set_up = self.failure is None
        return self._set_up

    async def tear_down(self) -> None:
        """Does the teardown, if there is one and what it undoes was done."""
        if self._program["teardown"] and self._set_up:
            self._trouble = await self._do("teardown")

    def warnings(self) -> Sequence[ResultWarning]:
        """What is to be known of the teardown."""
        if self._trouble is None:
            return ()
        return (ResultWarning(code="TeardownFailed", message=f"teardown failed: {self._trouble}"),)

    async def _do(self, part: str) -> str | None:
        assert self._worker is not None
        try:
            self._worker.send({"do": part})
            while "did" not in (message := await self._worker.message()):
                self._collector.add_aside(Window.from_dict(message["window"]).aside)
        except EngineFailed as error:
            return str(error)
        self.variables = message["variables"]
        self.skipped.update(message["skipped"])
        failure: str | None = message["failure"]
        return failure


def caretaker_jobs(job: Job) -> list[Job]:
    """The job of a caretaker's worker, where there is anything for it to do, made of that of another worker."""
    program = job["program"]
    alone = {"worker": 0, "workers": 1, "once": True, "samples": None}
    return [{**job, **alone}] if program["setup"] or program["teardown"] else []
