"""A session: functions measured in turns, each turn in a process of its own, or all in this one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

from ..blocking import run_to_end
from ..errors import UsageError
from .cases import Case, distinct
from .environment import this_environment
from .probe import Answer, probe, probe_async
from .processes import Workers
from .result import BenchmarkResult
from .settings import Effort, Progress
from .shipping import NotShippable, Shipment, ship
from .subject import Laps
from .summary import Origin, make_result

_ASKED_FOR = "in-process mode was asked for"


class _OutOfReach(Exception):
    """A worker process could not come by the function."""


@dataclass
class Taken:
    """What was measured of one case: an answer for each process, and at which turns of the session."""

    case: Case
    answers: list[Answer] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any("trouble" in answer for answer in self.answers)

    def check_kind(self) -> None:
        """UsageError for a function whose first call showed that it cannot be measured as asked."""
        for answer in self.answers:
            if "wrong_kind" in answer:
                message, hint = answer["wrong_kind"]
                raise UsageError(f"{self.case.name}: {message}", hint=hint)


def order_of_turns(cases: int, processes: int, seed: int) -> list[int]:
    """Which case is measured when: A B B A …, from a random start, so that a steady drift falls on all alike."""
    start = list(range(cases))
    random.Random(seed).shuffle(start)
    turns: list[int] = []
    for turn in range(processes):
        turns += start if turn % 2 == 0 else start[::-1]
    return turns


class Session:
    """Measures cases; ``run`` blocks, ``run_async`` leaves the event loop to others while processes measure."""

    def __init__(self, cases: Sequence[Case], effort: Effort, on_progress: Progress | None = None) -> None:
        self._cases = distinct(cases)
        self._effort = effort
        self._tell = on_progress or (lambda done, total, name: None)
        self._workers = Workers()
        self._id = uuid4().hex[:12]
        self._started_at = datetime.now(UTC)
        self._began = perf_counter()

    def run(self) -> list[BenchmarkResult]:
        """A result for each case, in their order; where an event loop runs, it waits until all is measured."""
        why = self._in_processes_or_why()
        if isinstance(why, list):
            return why
        if any(case.subject.is_async for case in self._cases):
            return run_to_end(lambda: self._in_this_process(why))
        self._refuse_timeout(why)
        course = self._effort.share(0, 1)
        answers = [probe(case.subject, course, self._effort.gc, Laps()) for case in self._cases]
        return self._only_one(answers, why)

    async def run_async(self) -> list[BenchmarkResult]:
        """The same for a caller's event loop, on which async cases run where no process can have them."""
        try:
            why = await asyncio.to_thread(self._in_processes_or_why)
        except asyncio.CancelledError:
            self._workers.cancel()
            raise
        return why if isinstance(why, list) else await self._in_this_process(why)

    async def _in_this_process(self, why: str) -> list[BenchmarkResult]:
        course, gc, timeout_s = self._effort.share(0, 1), self._effort.gc, self._effort.timeout_s
        answers = [await probe_async(case.subject, course, gc, Laps(), timeout_s) for case in self._cases]
        return self._only_one(answers, why)

    def _refuse_timeout(self, why: str) -> None:
        if self._effort.timeout_s is not None:
            raise UsageError(
                f"timeout_s cannot bound {self._cases[0].name}: in this process a plain function cannot be ended, and "
                f"it is measured here because {why}",
                hint="define it at the top of a module, so that it has processes of its own, or leave timeout_s out",
            )

    def _only_one(self, answers: Sequence[Answer], why: str) -> list[BenchmarkResult]:
        """The results of cases that one process has measured, this one."""
        taken = [Taken(case, [answer], [0]) for case, answer in zip(self._cases, answers, strict=True)]
        for one in taken:
            one.check_kind()
        return self._results(taken, why)

    def _in_processes_or_why(self) -> list[BenchmarkResult] | str:
        """The results of worker processes, or the reason why there can be none."""
        if self._effort.mode == "in-process":
            return _ASKED_FOR
        try:
            shipments = [ship(case.subject) for case in self._cases]
            return self._results(self._take_turns(shipments), None)
        except (NotShippable, _OutOfReach) as error:
            if self._effort.mode == "processes":
                raise UsageError(
                    f"it cannot be measured in processes: {error}",
                    hint="define it at the top of a module, or use mode='auto' for an exploratory figure",
                ) from error
            return str(error)

    def _take_turns(self, shipments: Sequence[Shipment]) -> list[Taken]:
        taken = [Taken(case) for case in self._cases]
        turns = order_of_turns(len(taken), self._effort.processes, self._effort.seed)
        for turn, index in enumerate(turns):
            mine = taken[index]
            self._tell(turn, len(turns), mine.case.name)
            if mine.failed:
                continue
            course = self._effort.share(len(mine.answers), self._effort.processes)
            around = {"gc": self._effort.gc, "course": course.to_dict(), "timeout_s": self._effort.timeout_s}
            answer = self._workers.run({**shipments[index].to_job(), **around})
            if "out_of_reach" in answer:
                raise _OutOfReach(answer["out_of_reach"])
            if shipments[index].is_copy:
                _check_copy(answer)
            mine.answers.append(answer)
            mine.turns.append(turn)
            mine.check_kind()
        self._tell(len(turns), len(turns), "")
        return taken

    def _results(self, taken: Sequence[Taken], why: str | None) -> list[BenchmarkResult]:
        origin = Origin(
            session=self._id,
            started_at=self._started_at,
            duration_s=perf_counter() - self._began,
            environment=this_environment(),
            effort=self._effort,
            why=why,
        )
        return [make_result(one.case, one.answers, one.turns, origin) for one in taken]


def _check_copy(answer: Answer) -> None:
    """Marks the answer of a copied function; one that raised may lack what the function has here, where it is tried."""
    if (trouble := answer.get("trouble")) and trouble["kind"] == "raised":
        raise _OutOfReach(f"a copy of it in a worker process raised {trouble['error']}: {trouble['message']}")
    answer["is_copy"] = True
