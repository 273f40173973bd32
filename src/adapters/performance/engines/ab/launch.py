"""ab as a process: started, read along, and stopped when its time is over."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..pipe import Pipe, reading
from ..process import START_UP_S, run_tool
from ..process import Outcome as Exit
from .job import Job
from .log import AnswerLog

_LOOK_S = 0.01  # at its fastest ab fills the pipe in 40 ms
_REPORT_S = 30.0
_REPORT_SHARE = 0.5  # of the time it ran, ab may take for sorting and writing what it measured

EndedBy = Literal["itself", "time", "user", "deadline"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of ab that is over; ``began_at`` is the time of ab's first words, just before it connects."""

    exit: Exit
    log: AnswerLog
    began_at: float
    lasted_s: float
    ended_by: EndedBy

    @property
    def report(self) -> str | None:
        """The text of ab's report, if it lived to make one: on SIGINT it does, and exits with 1."""
        return self.log.report if self.exit.returncode in (0, 1) else None


async def run_ab(program: str, job: Job, folder: Path, wanted: asyncio.Event) -> Run:
    """Runs a job until its end, its limit, or until ``wanted`` is set."""
    log = AnswerLog(users=job.users, bodiless=job.bodiless)
    stopper = _Stopper(job.limit_s, wanted)

    def read_along(chunk: bytes) -> None:
        stopper.begin()
        log.feed(chunk)

    pipe = Pipe(folder)
    try:
        async with reading(pipe, read_along, every_s=_LOOK_S):
            over = await run_tool(
                [program, *job.arguments],
                cwd=folder,
                stop=stopper.stop,
                deadline_s=math.inf if job.limit_s is None else START_UP_S + job.limit_s,
                env={"LC_ALL": "C"},
                stdout=pipe.path,
                stop_grace_s=_REPORT_S + _REPORT_SHARE * (job.limit_s or 0.0),
            )
    finally:
        stopper.close()
    log.close()
    ended_by: EndedBy = "itself" if over.ending == "exited" else stopper.cause or "deadline"
    return Run(over, log, stopper.began_at, time.time() - stopper.began_at, ended_by)


class _Stopper:
    """Sets ``stop`` when the limit is over, counted from ``begin``, or when somebody wants it, whichever is first."""

    def __init__(self, limit_s: float | None, wanted: asyncio.Event) -> None:
        self.stop = asyncio.Event()
        self.cause: Literal["time", "user"] | None = None
        self.began_at = time.time()
        self._limit_s = limit_s
        self._timer: asyncio.TimerHandle | None = None
        self._begun = False
        self._waiting = asyncio.ensure_future(wanted.wait())
        self._waiting.add_done_callback(lambda done: None if done.cancelled() else self._end("user"))

    def begin(self) -> None:
        """ab speaks; the first time this is called, the clock starts."""
        if self._begun:
            return
        self._begun, self.began_at = True, time.time()
        if self._limit_s is not None:
            self._timer = asyncio.get_running_loop().call_later(self._limit_s, self._end, "time")

    def close(self) -> None:
        """Leaves nothing behind."""
        self._waiting.cancel()
        if self._timer is not None:
            self._timer.cancel()

    def _end(self, cause: Literal["time", "user"]) -> None:
        self.cause = self.cause or cause
        self.stop.set()
